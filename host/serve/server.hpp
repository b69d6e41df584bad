// The server itself: HTTP and WebSockets on loopback, for this machine's programs and browser.
#ifndef KSAMPLER_SERVE_SERVER_HPP
#define KSAMPLER_SERVE_SERVER_HPP

#include "host/graph/file_folders.hpp"
#include "host/serve/changes.hpp"
#include "host/serve/http/router.hpp"
#include "host/serve/run_book.hpp"
#include "host/serve/served_plugins.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace ksampler {

struct ServerOptions {
  int port = 0;                                    // 0: one that is free
  std::filesystem::path folder = ".";              // what files in pipelines are relative to
  FileFolders files = {};                          // and where they are looked for besides
  std::filesystem::path out = ".";                 // as WorkerOptions'
  std::size_t largest_body = 1u << 20;             // bytes
  std::size_t most_streams = 16;                   // of events, each of which has a thread
  std::chrono::milliseconds request_limit{10000};  // in which a request has to be here, whole
  std::string runtime;                             // what the page calls it
  std::string icons = "icons/icons.safetensors";   // the model in the page's example
  // Adds further routes. They come before the server's own, and may replace them.
  std::function<void(Router&)> routes;
};

class Server {
 public:
  // Listens from now on, and answers from serve() on. All three must outlive it. Throws Error where the
  // port is taken.
  Server(ServerOptions options, RunBook& book, ServedPlugins& plugins, Changes& changes);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  int port() const;
  std::string url() const;  // "http://127.0.0.1:7801"

  // Answers until stop(), which any thread may call.
  void serve();
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
