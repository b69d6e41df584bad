// All nodes that there are. Each folder here is a category, and declares its nodes in a table; what
// they do stands in the runtime (functions.hpp).
#ifndef KSAMPLER_NODES_DECLARATIONS_HPP
#define KSAMPLER_NODES_DECLARATIONS_HPP

#include "host/graph/declaration.hpp"

#include <vector>

namespace ksampler {

// In the order of types' names.
const std::vector<NodeDecl>& node_declarations();

// A folder each: <folder>/declarations.cpp.
std::vector<NodeDecl> conditioning_declarations();
std::vector<NodeDecl> control_declarations();
std::vector<NodeDecl> image_declarations();
std::vector<NodeDecl> latent_declarations();
std::vector<NodeDecl> loaders_declarations();
std::vector<NodeDecl> mask_declarations();
std::vector<NodeDecl> model_declarations();
std::vector<NodeDecl> packs_declarations();
std::vector<NodeDecl> sampling_declarations();
std::vector<NodeDecl> utils_declarations();

}  // namespace ksampler

#endif
