// When the memory of the device does not suffice: an error that says how much was asked for, and which
// of the pipeline's numbers to lower.
#ifndef KSAMPLER_RESCUE_OUT_OF_MEMORY_HPP
#define KSAMPLER_RESCUE_OUT_OF_MEMORY_HPP

#include "host/graph/pipeline.hpp"

#include <functional>
#include <string>

namespace ksampler {

// Runs `body` for a node. Where memory is exhausted, in LibTorch's words or the standard library's, it
// asks `let_go` for what can be done without, and runs `body` once more if that was anything. Throws
// what `body` throws, but Error with advice where it still does not suffice. `device`: "cuda:0".
void with_memory_advice(const Node& node, const std::string& device,
                        const std::function<bool()>& let_go, const std::function<void()>& body);

}  // namespace ksampler

#endif
