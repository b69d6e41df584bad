// Reroute, SetNode, GetNode and ComfySwitchNode: what checking made links of is passed on.
#include "host/base/error.hpp"
#include "host/nodes/utils/functions.hpp"

namespace ksampler {

std::vector<Value> run_reroute(const NodeContext&, const Inputs& in) { return {in.linked("value")}; }

std::vector<Value> run_set_node(const NodeContext&, const Inputs& in) { return {in.linked("value")}; }

std::vector<Value> run_get_node(const NodeContext&, const Inputs& in) { return {in.linked("name")}; }

// Checking takes the output to be of the type of 'on_false', so that the other must be of it.
std::vector<Value> run_switch(const NodeContext&, const Inputs& in) {
  const Value& on_false = in.linked("on_false");
  const Value& on_true = in.linked("on_true");
  if (on_false.type() != on_true.type()) {
    throw Error("'on_false' and 'on_true' are of different types; expected two of one type");
  }
  return {in.boolean("switch") ? on_true : on_false};
}

}  // namespace ksampler
