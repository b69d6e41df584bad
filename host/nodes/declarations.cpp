#include "host/nodes/declarations.hpp"

namespace ksampler {

const std::vector<NodeDecl>& node_declarations() {
  static const std::vector<NodeDecl> declarations = {};
  return declarations;
}

}  // namespace ksampler
