// ksampler-isolate SOCKET COPY FILE [TASK]: started by the host for a plugin that is to run in a
// process of its own, or to be tested in one.
#include "host/plugin/isolation/child.hpp"
#include "host/plugin/isolation/self_test.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  using namespace ksampler::isolation;
  const std::string_view task = argc == 5 ? argv[4] : "";
  if (argc == 4) return serve(std::atoi(argv[1]), argv[2], argv[3]);
  if (task == "self-test" || task == "self-test-sandboxed") {
    return serve_self_test(std::atoi(argv[1]), argv[2], argv[3], task == "self-test-sandboxed");
  }
  std::fputs("ksampler-isolate is started by ksampler, for plugins in a process of their own\n",
             stderr);
  return 2;
}
