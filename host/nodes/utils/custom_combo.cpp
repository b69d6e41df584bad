#include "host/nodes/utils/functions.hpp"

namespace ksampler {

std::vector<Value> run_custom_combo(const NodeContext&, const Inputs& in) {
  return {in.text("choice"), in.integer("index")};
}

}  // namespace ksampler
