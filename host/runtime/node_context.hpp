// What a node may use besides its inputs.
#ifndef KSAMPLER_RUNTIME_NODE_CONTEXT_HPP
#define KSAMPLER_RUNTIME_NODE_CONTEXT_HPP

#include "host/graph/execute.hpp"
#include "host/model/load/network_cache.hpp"
#include "host/runtime/runtime.hpp"

#include <ATen/core/Tensor.h>

namespace ksampler {

struct NodeContext {
  const Pipeline& pipeline;
  const Registry& registry;
  const RunOptions& options;
  Reporter& reporter;
  at::Device device;
  NetworkCache& models;
};

}  // namespace ksampler

#endif
