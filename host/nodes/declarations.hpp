// All nodes that there are, as declared in one header each. Their functions stand in the runtime.
#ifndef KSAMPLER_NODES_DECLARATIONS_HPP
#define KSAMPLER_NODES_DECLARATIONS_HPP

#include "host/graph/declaration.hpp"

#include <vector>

namespace ksampler {

// In the order of types' names.
const std::vector<NodeDecl>& node_declarations();

}  // namespace ksampler

#endif
