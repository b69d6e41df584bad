// When the memory of the device does not suffice: an error that says how much was asked for, and which
// of the pipeline's numbers to lower.
#ifndef KSAMPLER_NODES_OUT_OF_MEMORY_HPP
#define KSAMPLER_NODES_OUT_OF_MEMORY_HPP

#include "host/graph/pipeline.hpp"

#include <functional>
#include <string>

namespace ksampler {

// Runs `body` for a node. Throws what it throws, but Error with advice where that is LibTorch's or the
// standard library's way to say that memory is exhausted. `device`: "cuda:0".
void with_memory_advice(const Node& node, const std::string& device, const std::function<void()>& body);

}  // namespace ksampler

#endif
