// Sums and other reductions of a formula on a CUDA device, which stay there: nothing waits for them.
#ifndef KSAMPLER_CUDA_REDUCE_HPP
#define KSAMPLER_CUDA_REDUCE_HPP

#include "host/cuda/queue.hpp"
#include "host/plain/formula.hpp"

#include <cstdint>

namespace ksampler::cuda {

// What the kernel gets by value, as reduce.cu declares it.
struct ReductionArguments {
  std::uint32_t outputs, each, parts, kind, pixels;
};

// dst = the sum, mean, minimum or maximum of the formula over what an element of dst stands for. The
// order of a sum does not depend on the number of items, or on the device.
// REQUIRES: as plain::reduce, on the queue's device; can_map the latent. Throws as map.
void reduce(Queue& queue, const LatentShape& latent, const plain::Part& dst, std::uint32_t reduction,
            const plain::Formula& formula);

// The sum of the formula over the whole latent: waits for the device. REQUIRES and throws likewise.
double sum(Queue& queue, const LatentShape& latent, const plain::Formula& formula);

}  // namespace ksampler::cuda

#endif
