// Reroute, SetNode, GetNode and ComfySwitchNode: what checking made links of is passed on.
#include "host/nodes/utils/functions.hpp"

namespace ksampler {

std::vector<Value> run_reroute(const NodeContext&, const Inputs& in) { return {in.linked("value")}; }

std::vector<Value> run_set_node(const NodeContext&, const Inputs& in) { return {in.linked("value")}; }

std::vector<Value> run_get_node(const NodeContext&, const Inputs& in) { return {in.linked("name")}; }

std::vector<Value> run_switch(const NodeContext&, const Inputs& in) {
  return {in.linked(in.boolean("switch") ? "on_true" : "on_false")};
}

}  // namespace ksampler
