// What answers to which path. Thread rule: routes are added before the server serves, and any thread
// asks from then on.
#ifndef KSAMPLER_SERVE_HTTP_ROUTER_HPP
#define KSAMPLER_SERVE_HTTP_ROUTER_HPP

#include "host/serve/http/message.hpp"
#include "host/serve/http/web_socket.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// What stood where a pattern has '*' (one segment, never empty), in order; "**" at the end takes all
// segments that are left (one at least), joined with '/'. All are decoded: one may hold "..", or a '/'
// that was sent as %2F.
using PathParts = std::vector<std::string>;

// Both run on a worker thread, many at once, and may wait.
using HttpHandler = std::function<HttpResponse(const HttpRequest&, const PathParts&)>;
// Called once the WebSocket is open, and may send at once. Where it throws, the socket is closed
// (1011).
using WebSocketHandler =
    std::function<WebSocketClient(const HttpRequest&, const std::shared_ptr<WebSocket>&)>;

class Router {
 public:
  // route("GET", "/runs/*/files/**", handler): of two that fit, the one that was added first answers. A
  // route of GET answers to HEAD, too. `largest_body`: in bytes; none: the server's own limit.
  void route(std::string method, std::string_view pattern, HttpHandler handler,
             std::optional<std::size_t> largest_body = {});
  // No '*' here. GET of the same path without an upgrade is answered by the routes.
  void socket(std::string_view path, WebSocketHandler handler);

  // 404 where no path fits, 405 with Allow where only the method does not. An exception of a handler is
  // an answer of 500.
  HttpResponse answer(const HttpRequest& request) const;
  // The route's own limit, if it has one.
  std::optional<std::size_t> largest_body(const HttpRequest& request) const;
  // Null where there is none.
  const WebSocketHandler* socket_at(const HttpRequest& request) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> pattern;
    HttpHandler handler;
    std::optional<std::size_t> largest_body;
  };
  struct Socket {
    std::vector<std::string> path;
    WebSocketHandler handler;
  };
  std::vector<Route> routes_;
  std::vector<Socket> sockets_;
};

}  // namespace ksampler

#endif
