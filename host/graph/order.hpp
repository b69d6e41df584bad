// Puts nodes in an order in which each stands after what it links to.
#ifndef KSAMPLER_GRAPH_ORDER_HPP
#define KSAMPLER_GRAPH_ORDER_HPP

#include "host/graph/pipeline.hpp"

#include <vector>

namespace ksampler {

// Nodes, with links as indices among them, in a runnable order: the given one as far as links allow.
// Links are renumbered. A diagnostic for each circle of links; then the result is of no use.
std::vector<Node> ordered(std::vector<Node> nodes, std::vector<Diagnostic>& diagnostics);

}  // namespace ksampler

#endif
