// Reroute, SetNode and GetNode: what checking made links of is passed on.
#include "host/nodes/utils/functions.hpp"

namespace ksampler {

std::vector<Value> run_reroute(const NodeContext&, const Inputs& in) { return {in.linked("value")}; }

std::vector<Value> run_set_node(const NodeContext&, const Inputs& in) { return {in.linked("value")}; }

std::vector<Value> run_get_node(const NodeContext&, const Inputs& in) { return {in.linked("name")}; }

}  // namespace ksampler
