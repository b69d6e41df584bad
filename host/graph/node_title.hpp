// What messages call a node.
#ifndef KSAMPLER_GRAPH_NODE_TITLE_HPP
#define KSAMPLER_GRAPH_NODE_TITLE_HPP

#include "host/graph/pipeline.hpp"

#include <string>

namespace ksampler {

// "'base'", or "'3' \"First pass\"" where a workflow gives a title.
std::string label(const Node& node);

// "node 'base' (KSampler)"
std::string title(const Node& node);

}  // namespace ksampler

#endif
