// Work done in child processes, so that a crash, an exit or a hang of a plugin is a result like any
// other.
#ifndef KSAMPLER_CONFORMANCE_CHILD_HPP
#define KSAMPLER_CONFORMANCE_CHILD_HPP

#include "host/conformance/check.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace ksampler::conformance {

using Work = std::function<Result()>;

struct ChildLimits {
  double seconds = 20;            // of a child, by the clock; what it started ends with it
  std::size_t at_once = 0;        // children; 0: as many as there are processors
  std::size_t memory_mib = 4096;  // address space of a child; not with sanitizers
};

// The result of each work, in that order. A child that ends by itself, by a signal or by its time limit
// is a `fail` that says so. To be called where no other thread runs, as the children are forked.
std::vector<Result> run_in_children(const std::vector<Work>& works, const ChildLimits& limits);

}  // namespace ksampler::conformance

#endif
