// Masks: what is one, and what is said of one that does nothing.
#ifndef KSAMPLER_NODES_MASK_MASK_VALUES_HPP
#define KSAMPLER_NODES_MASK_MASK_VALUES_HPP

#include "host/files/tensor_file.hpp"
#include "host/runtime/node_context.hpp"

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>

namespace ksampler {

// A tensor of a file as a mask, float32 from 0 to 1: U8 is x / 255, all other types are taken as they
// are. Throws Error that names file and tensor: of a shape or of values that no mask has. Warns of a U8
// mask that seems to be meant as 0 and 1.
at::Tensor read_mask(const NodeContext& context, const Node& node,
                     const std::shared_ptr<const TensorFile>& file, const std::string& name);

// [B,H,W], of a mask with any dimensions that a mask may have.
at::Tensor in_layers(const at::Tensor& mask);

// Warns where a mask that says what may change is 0 everywhere.
void warn_where_nothing_changes(const NodeContext& context, const Node& node, const at::Tensor& mask);

}  // namespace ksampler

#endif
