// Quantiles on a CUDA device, which stay there: nothing waits for them.
#ifndef KSAMPLER_CUDA_QUANTILE_HPP
#define KSAMPLER_CUDA_QUANTILE_HPP

#include "host/cuda/queue.hpp"
#include "host/plain/formula.hpp"

#include <cstdint>

namespace ksampler::cuda {

inline constexpr std::uint32_t kBitsOfDigit = 4;

// What the kernels get by value, and what they keep of each number of the result, as quantile.cu
// declares them.
struct QuantileArguments {
  const void* data;
  std::uint32_t element, outputs, each, parts, rank;
  float share;
};
struct Selection {
  std::uint32_t counts[1U << kBitsOfDigit];
  std::uint32_t prefix, rank, equal, above, has_nan;
};

// As plain::quantile, on the queue's device. REQUIRES: can_map the latent. Throws Error where NVRTC or
// the driver is missing or refuses.
void quantile(Queue& queue, const LatentShape& latent, const plain::Part& dst,
              const plain::Part& tensor, double q);

}  // namespace ksampler::cuda

#endif
