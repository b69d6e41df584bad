// HTTP and WebSockets on 127.0.0.1, on one port. All sockets are one thread's; handlers run on worker
// threads, and each stream on a thread of its own. So nobody waits for a client that is slow, nor for a
// handler that is.
#ifndef KSAMPLER_SERVE_HTTP_HTTP_SERVER_HPP
#define KSAMPLER_SERVE_HTTP_HTTP_SERVER_HPP

#include "host/serve/http/router.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ksampler {

struct HttpLimits {
  std::chrono::milliseconds request{10000};  // from the first byte's wait to the last of a request
  std::chrono::milliseconds writing{30000};  // of one piece of an answer
  // How long a client may keep the server waiting where a new one finds all connections taken: the one
  // that did for longest makes room then.
  std::chrono::milliseconds pressed{1000};
  std::size_t head = std::size_t{1} << 16;     // bytes
  std::size_t body = std::size_t{1} << 20;     // bytes, where the route has no limit of its own
  std::size_t large_bodies = 4;                // at once, of those above `body`
  std::size_t connections = 400;               // each holds a file open, and what is served needs some
  std::size_t streams = 16;                    // of them
  std::size_t sockets = 256;                   // of them
  std::size_t message = std::size_t{1} << 20;  // bytes that a client's WebSocket may send at once
  std::size_t unsent = std::size_t{1} << 24;   // bytes for a client of a WebSocket that does not read
  std::size_t workers = 16;                    // threads
};

struct HttpOptions {
  HttpLimits limits;
  TextPairs headers;  // of every answer that has no other of that name
  // Why a request is refused (403); none where it is answered. `changes`: whether it may change
  // something, as all may but GET and HEAD; what a WebSocket will be used for is not known, so it may.
  std::function<std::optional<std::string>(const HttpRequest&, bool changes)> refusal;
};

class HttpServer {
 public:
  // The router must outlive it.
  HttpServer(const Router& router, HttpOptions options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // From now on clients can connect. 0: a port that is free. Returns the port. Throws
  // std::system_error.
  int listen(int port);

  // Answers until stop(), which any thread may call at any moment. Returns when no handler and no
  // stream runs any more: those that wait for something must be woken by who stops the server.
  void serve();
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
