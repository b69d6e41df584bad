// Any JSON, or what looks like it, as the header of a safetensors file. The first two bytes are how
// much data stands behind it.
#include "host/base/error.hpp"
#include "host/files/safetensors_header.hpp"
#include "tests/fuzz/input.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  fuzz::Input input(data, size);
  const std::uint64_t data_size = input.take<std::uint16_t>();
  const auto text = input.take_bytes(size);
  try {
    const TensorFileHeader header = parse_safetensors_header(
        "fuzzed", {reinterpret_cast<const char*>(text.data()), text.size()}, data_size);
    // What is accepted is what its readers count on: each byte of the data in exactly one tensor.
    std::uint64_t covered = 0;
    for (const auto& [name, entry] : header.tensors) {
      if (entry.begin > entry.end || entry.end > data_size) std::abort();
      if (entry.type != DType::unknown &&
          tensor_bytes(entry.type, entry.shape) != static_cast<std::int64_t>(entry.end - entry.begin))
        std::abort();
      covered += entry.end - entry.begin;
    }
    if (covered != data_size) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
