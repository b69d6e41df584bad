// What a program sends that is no browser: a request a connection.
#ifndef KSAMPLER_TESTS_SERVE_HTTP_HTTP_CLIENT_HPP
#define KSAMPLER_TESTS_SERVE_HTTP_HTTP_CLIENT_HPP

#include "host/serve/http/message.hpp"
#include "tests/serve/http/raw_client.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ksampler::test {

struct HttpAnswer {
  int status = 0;
  TextPairs headers;
  std::string body;

  // Empty where there is none of that name, whatever its case.
  std::string header(std::string_view name) const;
};

// The next answer on a connection; none where it does not come, whole. `bodiless`: to HEAD.
std::optional<HttpAnswer> next_answer(RawClient& client, bool bodiless = false);

class HttpClient {
 public:
  explicit HttpClient(int port) : port_(port) {}

  // `headers` may have a Host of its own. None where no answer comes.
  std::optional<HttpAnswer> send(const std::string& method, const std::string& target,
                                 const TextPairs& headers = {}, const std::string& body = "") const;
  std::optional<HttpAnswer> get(const std::string& target, const TextPairs& headers = {}) const {
    return send("GET", target, headers);
  }
  std::optional<HttpAnswer> post(const std::string& target, const std::string& body,
                                 const std::string& type, const TextPairs& headers = {}) const;
  std::optional<HttpAnswer> del(const std::string& target, const TextPairs& headers = {}) const {
    return send("DELETE", target, headers);
  }

  // Reads a stream for as long as `receive` says so.
  void read(const std::string& target,
            const std::function<bool(std::string_view piece)>& receive) const;

  // The head of such a request.
  std::string head(const std::string& method, const std::string& target,
                   const TextPairs& headers = {}) const;

 private:
  int port_;
};

}  // namespace ksampler::test

#endif
