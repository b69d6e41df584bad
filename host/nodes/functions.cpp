#include "host/nodes/functions.hpp"

#include "host/nodes/node_list.hpp"

namespace ksampler {

const std::map<std::string, NodeImplementation>& node_functions() {
  static const std::map<std::string, NodeImplementation> functions = {
#define NODE(name, Type) {#Type, &run_##name},
#include "host/nodes/nodes.def"
#undef NODE
  };
  return functions;
}

}  // namespace ksampler
