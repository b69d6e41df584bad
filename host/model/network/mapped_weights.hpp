// Streamed weights on a CPU: they are where they are, in the mapped file. To fetch one is to have the
// system read its pages ahead into its cache; to let it go, to give its pages back, which come again
// from that cache or the disk.
#ifndef KSAMPLER_MODEL_NETWORK_MAPPED_WEIGHTS_HPP
#define KSAMPLER_MODEL_NETWORK_MAPPED_WEIGHTS_HPP

#include "host/model/network/weight_stream.hpp"

#include <functional>

namespace ksampler {

// How much of the process is resident; a test may have its own.
struct ResidentMemory {
  std::function<void()> begin;             // from now on the peak is counted
  std::function<std::uint64_t()> highest;  // the most since then
};
ResidentMemory process_memory();

// Keeps the process's resident memory below `limit`: weights have what the rest leaves. What the rest
// takes, the first pass shows, in which no weight stays.
std::unique_ptr<WeightPlace> mapped_weights(std::uint64_t limit,
                                            ResidentMemory memory = process_memory());

// The pages of a tensor in a mapped file.
void let_go_of(const at::Tensor& in_file);

}  // namespace ksampler

#endif
