// A request and its answer, as routes see them: nothing of the HTTP library shows here.
#ifndef KSAMPLER_SERVE_HTTP_MESSAGE_HPP
#define KSAMPLER_SERVE_HTTP_MESSAGE_HPP

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ksampler {

using TextPairs = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;             // "GET"
  std::string target;             // as it was sent: "/userdata/a%2Fb?full_info=true"
  std::vector<std::string> path;  // split at '/' first, decoded then: {"userdata", "a/b"}
  TextPairs query;                // decoded, in their order
  TextPairs headers;
  std::string body;

  // The first of that name, whatever its case; empty where there is none.
  std::string_view header(std::string_view name) const;
  // The last of that key.
  std::optional<std::string> query_value(std::string_view key) const;
};

struct HttpResponse {
  int status = 200;
  TextPairs headers;  // Content-Type among them
  std::string body;
  // Instead of a body: a file, sent in pieces, so that it need not fit into memory.
  std::filesystem::path file;
  // Instead of a body: asked for the next piece until there is none. It may wait; it runs on a thread
  // of its own.
  std::function<std::optional<std::string>()> stream;
};

}  // namespace ksampler

#endif
