// A step of a transformer, for compare_transformers.py:
//
//   transformer_step FILE TYPE HEIGHT WIDTH TOKENS TURNS
//
// TYPE: fp32 or bf16; sizes in cells of the latent. Prints the seconds of each turn, after one that is
// not counted, and what memory the process took at most beyond what it had before it loaded the file.
#include "bench/networks/step.hpp"
#include "host/base/memory.hpp"
#include "host/model/network/number_type.hpp"

#include <c10/core/InferenceMode.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>

namespace ksampler {
namespace {

void measure(const std::string& file, at::ScalarType type, std::int64_t height, std::int64_t width,
             std::int64_t tokens, int turns) {
  const c10::InferenceMode inference;
  const PeakMemory memory;
  const auto network = bench::network_of(file, type);
  const NetworkInput input = bench::input_for(*network, height, width, tokens);
  for (int turn = -1; turn < turns; ++turn) {
    const double seconds = bench::seconds_of_step(*network, input);
    if (turn >= 0) std::printf("%.4f\n", seconds);
  }
  std::printf("memory %.0f\n", static_cast<double>(memory.grown()));
}

}  // namespace
}  // namespace ksampler

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "transformer_step FILE TYPE HEIGHT WIDTH TOKENS TURNS\n");
    return 2;
  }
  try {
    const auto type = ksampler::number_type(argv[2]);
    if (!type) throw std::runtime_error("TYPE is fp32, fp16 or bf16");
    ksampler::measure(argv[1], *type, std::atoll(argv[3]), std::atoll(argv[4]), std::atoll(argv[5]),
                      std::atoi(argv[6]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
