// Which weights stay in memory and which come and go, where there is no room for all.
#ifndef KSAMPLER_MODEL_NETWORK_STREAM_PLAN_HPP
#define KSAMPLER_MODEL_NETWORK_STREAM_PLAN_HPP

#include <cstdint>
#include <span>
#include <vector>

namespace ksampler {

struct StreamPlan {
  std::vector<bool> stays;
  std::uint64_t resident = 0;  // bytes of those that stay
  std::uint64_t buffer = 0;    // bytes of the largest that does not; 0: all stay
};

// `sizes`: bytes of each weight, in the order in which a pass through the network uses them. `room`:
// for all that is in memory at one time; `buffers`: how many that come and go are that.
//
// A pass uses each weight once, and the next begins at the first again: what was used last is needed
// latest. So a choice that never changes reads the least (Belady 1966), where keeping what was used
// last would read everything. Small ones stay first, as nothing is read while they are computed with;
// those that come and go lie evenly among the others, which are computed while they are read.
StreamPlan plan_stream(std::span<const std::uint64_t> sizes, std::uint64_t room, std::uint64_t buffers);

}  // namespace ksampler

#endif
