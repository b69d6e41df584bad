// The nodes that give what is written in them.
#include "host/nodes/utils/functions.hpp"

namespace ksampler {

std::vector<Value> run_primitive_boolean(const NodeContext&, const Inputs& in) {
  return {in.boolean("value")};
}

std::vector<Value> run_primitive_float(const NodeContext&, const Inputs& in) {
  return {in.number("value")};
}

std::vector<Value> run_primitive_int(const NodeContext&, const Inputs& in) {
  return {in.integer("value")};
}

std::vector<Value> run_primitive_string(const NodeContext&, const Inputs& in) {
  return {in.text("value")};
}

}  // namespace ksampler
