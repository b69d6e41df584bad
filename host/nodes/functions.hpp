// What the nodes do: the half of the host that stands on LibTorch. Each folder here is a category, and
// says in a table which function a type's is.
#ifndef KSAMPLER_NODES_FUNCTIONS_HPP
#define KSAMPLER_NODES_FUNCTIONS_HPP

#include "host/runtime/node_context.hpp"

#include <map>
#include <string>
#include <vector>

namespace ksampler {

// Takes the checked inputs of a node, and gives a value for each output that it declares. Errors:
// throws Error, or Stopped.
using NodeBody = std::vector<Value>(const NodeContext& context, const Inputs& in);
using NodeBodies = std::map<std::string, NodeBody*>;

// Every declared node type and its function.
const NodeBodies& node_functions();

// A folder each: <folder>/functions.cpp.
NodeBodies conditioning_functions();
NodeBodies control_functions();
NodeBodies image_functions();
NodeBodies latent_functions();
NodeBodies loaders_functions();
NodeBodies mask_functions();
NodeBodies model_functions();
NodeBodies packs_functions();
NodeBodies sampling_functions();
NodeBodies utils_functions();

}  // namespace ksampler

#endif
