// What the nodes do: the half of the host that stands on LibTorch. One file a node; the list of them is
// nodes.def.
#ifndef KSAMPLER_NODES_FUNCTIONS_HPP
#define KSAMPLER_NODES_FUNCTIONS_HPP

#include "host/graph/execute.hpp"
#include "host/model/load/model_cache.hpp"
#include "host/nodes/runtime.hpp"

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

namespace ksampler {

// What a node may use besides its inputs.
struct NodeContext {
  const Pipeline& pipeline;
  const Registry& registry;
  const RunOptions& options;
  Reporter& reporter;
  at::Device device;
  ModelCache& models;
};

using NodeImplementation = std::vector<Value> (*)(const NodeContext&, const Inputs&);

// Every declared node type and its function.
const std::map<std::string, NodeImplementation>& node_functions();

}  // namespace ksampler

#endif
