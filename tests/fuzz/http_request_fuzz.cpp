// Any bytes as what a client sends over a connection, to all that a server answers to.
#include "tests/fuzz/served.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ksampler::fuzz::say_to_server({reinterpret_cast<const char*>(data), size});
  return 0;
}
