#include "host/serve/server.hpp"

#include "host/base/sentence.hpp"
#include "host/serve/gate.hpp"
#include "host/serve/http/http_server.hpp"
#include "host/serve/routes.hpp"

#include <optional>
#include <system_error>
#include <utility>

namespace ksampler {
namespace {

constexpr const char* kLoopback = "127.0.0.1";

HttpOptions http_options(const ServerOptions& options, const std::optional<Gate>& gate) {
  HttpOptions made;
  made.limits.request = options.request_limit;
  made.limits.body = options.largest_body;
  made.limits.streams = options.most_streams;
  made.headers = {{"X-Content-Type-Options", "nosniff"},
                  {"Cross-Origin-Resource-Policy", "same-origin"}};
  made.refusal = [&gate](const HttpRequest& request, bool changes) {
    return gate->refusal(std::string(request.header("Host")), std::string(request.header("Origin")),
                         changes);
  };
  return made;
}

}  // namespace

struct Server::State {
  State(ServerOptions given, Changes& given_changes)
      : options(std::move(given)), changes(given_changes), http(router, http_options(options, gate)) {}

  void listen() {
    try {
      port = http.listen(options.port);
    } catch (const std::system_error& error) {
      throw Error(
          sentence("cannot listen on {}:{}: {}; choose another --port, or 0 for any that is free",
                   kLoopback, options.port, error.code().message()));
    }
    gate.emplace(port);
  }

  const ServerOptions options;
  Changes& changes;
  std::optional<Gate> gate;
  int port = 0;
  Router router;
  HttpServer http;
};

Server::Server(ServerOptions options, RunBook& book, ServedPlugins& plugins, Changes& changes)
    : state_(std::make_unique<State>(std::move(options), changes)) {
  Router& router = state_->router;
  if (state_->options.routes) state_->options.routes(router);
  add_page_route(router, state_->options);
  add_run_routes(router, state_->options, book, plugins);
  add_plugin_routes(router, plugins, changes);
  add_event_route(router, book, plugins, changes);
  state_->listen();
}

Server::~Server() = default;

int Server::port() const { return state_->port; }

std::string Server::url() const { return sentence("http://{}:{}", kLoopback, state_->port); }

void Server::serve() { state_->http.serve(); }

void Server::stop() {
  state_->changes.close();  // ends the streams
  state_->http.stop();
}

}  // namespace ksampler
