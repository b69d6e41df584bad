// A step of a transformer, for compare_transformers.py:
//
//   transformer_step FILE TYPE HEIGHT WIDTH TOKENS TURNS
//
// TYPE: fp32 or bf16; sizes in cells of the latent. Prints the seconds of each turn, after one that is
// not counted, and what memory the process took at most beyond what it had before it loaded the file.
#include "host/base/memory.hpp"
#include "host/model/family/family.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/network/number_type.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
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
  const Weights weights =
      Weights(open_model_file(file), at::kCPU, type).within("model.diffusion_model.");
  const auto family =
      std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
  if (family == families().end()) throw std::runtime_error("a network of no family");
  const auto network = (*family)->network(weights);
  const NetworkFacts facts = network->facts();
  NetworkInput input{.x = at::randn({1, facts.channels, height, width}, network->options()),
                     .timesteps = at::full({1}, 0.5),
                     .text = at::randn({1, tokens, facts.text_width}, network->options())};
  if (facts.pooled_width > 0) input.pooled = at::randn({1, facts.pooled_width});
  if (facts.guidance) input.guidance = at::full({1}, 3.5);
  for (int turn = -1; turn < turns; ++turn) {
    const auto start = std::chrono::steady_clock::now();
    network->predict(input);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (turn >= 0) std::printf("%.4f\n", seconds.count());
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
