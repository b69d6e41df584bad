#include "host/serve/server.hpp"

#include "host/base/sentence.hpp"
#include "host/serve/gate.hpp"
#include "host/serve/http.hpp"
#include "host/serve/http_server.hpp"
#include "host/serve/routes.hpp"

#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <optional>
#include <thread>

namespace ksampler {
namespace {

constexpr const char* kLoopback = "127.0.0.1";
// Besides those of streams. Most wait for slow clients, if for anything.
constexpr std::size_t kThreads = 64;
constexpr std::size_t kLongestHead = std::size_t{1} << 18;  // bytes, generously

// The library's own options would let a second server share the port in silence.
void reuse_address(socket_t socket) {
  const int yes = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
}

std::string what(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown";
  }
}

// Where the library itself refuses a request.
std::string what_is_wrong(int status, const httplib::Request& request) {
  if (status == kTooLarge) return "the body is too large";
  if (status == kBadRequest) return "this is no request of HTTP, or it ends too early";
  return sentence("nothing answers to {} {}", request.method, request.path);
}

}  // namespace

struct Server::State {
  ServerOptions options;
  Changes& changes;
  HttpServer http;
  int port = 0;
  std::optional<Gate> gate;
  std::atomic<bool> serving{false};
  std::atomic<bool> stopped{false};

  State(ServerOptions given, Changes& given_changes)
      : options(std::move(given)),
        changes(given_changes),
        http(kThreads + options.most_streams,
             {.request = options.request_limit, .bytes = options.largest_body + kLongestHead}) {}

  void set_up() {
    http.set_tcp_nodelay(true);
    http.set_payload_max_length(options.largest_body);
    http.set_socket_options(&reuse_address);
    http.set_default_headers(
        {{"X-Content-Type-Options", "nosniff"}, {"Cross-Origin-Resource-Policy", "same-origin"}});
    http.set_pre_routing_handler([this](const auto& request, auto& response) {
      const bool changing = request.method != "GET" && request.method != "HEAD";
      const auto why =
          gate->refusal(request.get_header_value("Host"), request.get_header_value("Origin"), changing);
      if (!why) return httplib::Server::HandlerResponse::Unhandled;
      refuse(response, kForbidden, *why);
      return httplib::Server::HandlerResponse::Handled;
    });
    http.set_exception_handler([](const auto&, auto& response, std::exception_ptr thrown) {
      refuse(response, kServerError, "internal error: " + what(thrown));
    });
    http.set_error_handler([](const auto& request, auto& response) {
      if (!response.body.empty()) return;  // said already
      refuse(response, response.status, what_is_wrong(response.status, request));
    });
  }

  void bind() {
    if (options.port == 0) {
      port = http.bind_to_any_port(kLoopback);
    } else if (http.bind_to_port(kLoopback, options.port)) {
      port = options.port;
    } else {
      port = -1;
    }
    if (port <= 0) {
      throw Error(
          sentence("cannot listen on {}:{}: {}; choose another --port, or 0 for any that is free",
                   kLoopback, options.port, std::strerror(errno)));
    }
    gate.emplace(port);
  }
};

Server::Server(ServerOptions options, RunBook& book, ServedPlugins& plugins, Changes& changes)
    : state_(std::make_unique<State>(std::move(options), changes)) {
  state_->set_up();
  add_page_route(state_->http, state_->options);
  add_run_routes(state_->http, state_->options, book, plugins);
  add_plugin_routes(state_->http, plugins, changes);
  add_event_route(state_->http, state_->options, book, plugins, changes);
  state_->bind();
}

Server::~Server() = default;

int Server::port() const { return state_->port; }

std::string Server::url() const { return sentence("http://{}:{}", kLoopback, state_->port); }

void Server::serve() {
  state_->serving = true;
  if (!state_->stopped) state_->http.listen_after_bind();
  state_->serving = false;
}

// The library forgets to stop where it has not begun.
void Server::stop() {
  state_->stopped = true;
  state_->changes.close();  // ends the streams
  while (state_->serving && !state_->http.is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  state_->http.end();
}

}  // namespace ksampler
