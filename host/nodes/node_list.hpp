// The functions of all nodes: run_<name> for each line of nodes.def.
#ifndef KSAMPLER_NODES_NODE_LIST_HPP
#define KSAMPLER_NODES_NODE_LIST_HPP

#include "host/nodes/functions.hpp"

namespace ksampler {

#define NODE(name, Type) std::vector<Value> run_##name(const NodeContext& context, const Inputs& in);
#include "host/nodes/nodes.def"
#undef NODE

}  // namespace ksampler

#endif
