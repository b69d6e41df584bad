// ksampler-isolate SOCKET COPY FILE: started by the host for a plugin that is to run in a process of
// its own.
#include "host/plugin/isolation/child.hpp"

#include <cstdio>
#include <cstdlib>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("ksampler-isolate is started by ksampler, for plugins in a process of their own\n",
               stderr);
    return 2;
  }
  return ksampler::isolation::serve(std::atoi(argv[1]), argv[2], argv[3]);
}
