#include "host/sampling/torch_run.hpp"

#include <ATen/ops/empty.h>

#include <algorithm>

namespace ksampler {

InitialTorchNoise initial_noise(at::IntArrayRef shape, const NoiseSettings& settings) {
  InitialNoise initial = initial_noise(noise_size(shape), settings);
  at::Tensor noise = at::empty(shape, at::kFloat);
  std::copy(initial.noise.begin(), initial.noise.end(), noise.mutable_data_ptr<float>());
  return {std::move(noise), std::move(initial.generators)};
}

}  // namespace ksampler
