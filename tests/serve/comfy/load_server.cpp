// ComfyUI's API on a real port, over a runtime that samples nothing: what load.py loads. Without
// LibTorch, so that the sanitizer for threads can look on. Ends when its standard input does.
#include "host/serve/server.hpp"
#include "tests/serve/comfy/comfy_case.hpp"

#include <iostream>
#include <thread>

namespace ksampler::test {
namespace {

constexpr RunLimits kLimits{.queued = 2000};  // load.py fills it to 1,000

void serve() {
  const SwapFolder plugin(1);
  const TemporaryFolder out;
  const auto runtime = std::make_shared<SteppingRuntime>();
  runtime->step_time = 5;
  runtime->side = 64;
  Changes changes;
  RunBook book(changes, kLimits);
  ServedPlugins plugins({plugin.path()}, {});
  ComfyOptions options;
  options.base = out.path();
  options.folder = SOURCE_DIR "/configs";
  options.runtime = runtime;
  Comfy comfy(options, book, plugins);
  ServerOptions server_options;
  server_options.out = out.path();
  server_options.folder = options.folder;
  server_options.routes = [&](Router& router) { comfy.add_to(router); };
  Server server(server_options, book, plugins, changes);
  std::thread http([&] { server.serve(); });
  {
    const RunWorkers workers(book, plugins, runtime, 2, WorkerOptions{.out = out.path()});
    std::cout << server.port() << std::endl;
    std::cin.ignore(std::numeric_limits<std::streamsize>::max());
    server.stop();
  }
  http.join();
}

}  // namespace
}  // namespace ksampler::test

int main() { ksampler::test::serve(); }
