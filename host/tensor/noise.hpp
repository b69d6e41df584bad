// Where randomness comes from: PyTorch's CPU generator, bit for bit.
#ifndef KSAMPLER_TENSOR_NOISE_HPP
#define KSAMPLER_TENSOR_NOISE_HPP

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ksampler {

// A CPU generator (mt19937) in the state of torch.Generator().manual_seed(seed).
at::Generator seeded_generator(std::uint64_t seed);

// Standard normal float32 on the CPU, the next draw of `generator`, as torch.randn(shape, generator).
at::Tensor normal(at::IntArrayRef shape, at::Generator& generator);
// The same into an existing contiguous float32 CPU tensor, without allocating.
void normal_into(at::Tensor& out, at::Generator& generator);

// The initial noise of a latent of `shape`, as ComfyUI's prepare_noise: with `batch_index`, item i is
// the batch_index[i]-th draw of one item. `generator` is left in the state that the draws left it in.
at::Tensor prepare_noise(at::IntArrayRef shape, at::Generator& generator,
                         const std::optional<std::vector<std::int64_t>>& batch_index);

}  // namespace ksampler

#endif
