// How far a UNet is from what diffusers computed with it, and how long a step takes: run by hand on
// what reference/full_size.py writes.
//
//   ksampler_network_forward MODEL.safetensors CASE.safetensors [RUNS]
#include "host/base/error.hpp"
#include "host/model/checkpoint.hpp"
#include "host/model/checkpoint_architecture.hpp"
#include "host/model/network/unet.hpp"
#include "host/model/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <limits>

namespace ksampler {
namespace {

void compare(const char* model_file, const char* case_file, int runs) {
  const c10::InferenceMode inference;
  const auto given = SafetensorsFile::open(case_file);
  const auto tensor = [&](const char* name) { return map_tensor(given, name); };
  const Weights weights =
      Weights(open_model_file(model_file), at::kCPU, at::kFloat).within("model.diffusion_model.");
  UnetPlan plan = read_unet_plan(weights);
  const Architecture& architecture = recognise(weights, plan);
  const Unet unet(weights, plan);
  at::Tensor label;
  if (architecture.size_numbers > 0) {
    const at::Tensor sizes = sinusoidal_embedding(tensor("sizes").flatten(), kSizeEmbedding);
    label = at::cat({tensor("pooled"), sizes.view({1, -1})}, 1);
  }
  at::Tensor out;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    out = unet(tensor("x"), tensor("t"), tensor("context"), label);
    best =
        std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  const at::Tensor expected = tensor("out");
  const double reference = tensor("seconds").item<double>();
  std::printf(
      "%s: differs by %.2e of the largest value; %.2f s a step, diffusers %.2f s (%.2f times)\n",
      architecture.name, ((out - expected).abs().max() / expected.abs().max()).item<double>(), best,
      reference, best / reference);
}

}  // namespace
}  // namespace ksampler

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fprintf(stderr, "usage: %s MODEL.safetensors CASE.safetensors [RUNS]\n", argv[0]);
    return 2;
  }
  try {
    ksampler::compare(argv[1], argv[2], argc == 4 ? std::atoi(argv[3]) : 3);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
