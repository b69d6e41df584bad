// The HTTP library's server, with what it lacks: a request has a deadline, one that announces no body
// has none, and types of content are compared without case.
#ifndef KSAMPLER_SERVE_HTTP_SERVER_HPP
#define KSAMPLER_SERVE_HTTP_SERVER_HPP

#include "host/serve/connection.hpp"

#include <atomic>
#include <cstddef>

namespace ksampler {

class HttpServer final : public httplib::Server {
 public:
  // Answers so many at once.
  HttpServer(std::size_t threads, ConnectionLimits limits);

  // As stop(), also where listening has not begun: who has connected by then is not left waiting.
  void end();

  const ConnectionLimits& limits() const { return limits_; }

 private:
  bool process_and_close_socket(socket_t socket) override;

  const ConnectionLimits limits_;
  std::atomic<std::size_t> waiting_{0};  // connections, for a thread
};

}  // namespace ksampler

#endif
