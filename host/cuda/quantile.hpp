// Quantiles on a CUDA device, which stay there: nothing waits for them.
#ifndef KSAMPLER_CUDA_QUANTILE_HPP
#define KSAMPLER_CUDA_QUANTILE_HPP

#include "host/cuda/queue.hpp"
#include "host/plain/formula.hpp"

namespace ksampler::cuda {

// As plain::quantile, on the queue's device. REQUIRES: can_map the latent. Throws Error where NVRTC or
// the driver is missing or refuses.
void quantile(Queue& queue, const LatentShape& latent, const plain::Part& dst,
              const plain::Part& tensor, double q);

}  // namespace ksampler::cuda

#endif
