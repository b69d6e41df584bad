#include "host/model/network/unet_plan.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <string>

namespace ksampler {
namespace {

// A shape with at least `dimensions` dimensions, so that the plan can index it.
std::vector<std::int64_t> shape_of(const Weights& weights, const std::string& name,
                                   std::size_t dimensions) {
  std::vector<std::int64_t> shape = weights.shape(name);
  if (shape.size() >= dimensions) return shape;
  throw Error({weights.file()->file().string()},
              sentence("tensor '{}{}' has shape {}; expected {} dimensions", weights.prefix(), name,
                       shape_text(shape), dimensions));
}

std::int64_t depth_of(const Weights& weights, const std::string& transformer) {
  std::int64_t depth = 0;
  while (weights.has_any(transformer + "transformer_blocks." + std::to_string(depth) + ".")) ++depth;
  return depth;
}

UnetBlock read_block(const Weights& weights, const std::string& block) {
  if (weights.has_any(block + "0.op.")) {
    return {.channels = shape_of(weights, block + "0.op.weight", 4)[0], .down = true};
  }
  return {.channels = shape_of(weights, block + "0.out_layers.3.weight", 4)[0],
          .depth = depth_of(weights, block + "1."),
          .up = weights.has_any(block + "1.conv.") || weights.has_any(block + "2.conv.")};
}

std::vector<UnetBlock> read_blocks(const Weights& weights, const std::string& list, int first) {
  std::vector<UnetBlock> blocks;
  for (int i = first; weights.has_any(list + std::to_string(i) + "."); ++i) {
    blocks.push_back(read_block(weights, list + std::to_string(i) + "."));
  }
  return blocks;
}

// Where the first transformer is, from the middle: all of a network are of one kind.
std::string first_attention(const UnetPlan& plan, bool in_middle) {
  const auto in = [](const std::vector<UnetBlock>& blocks, const std::string& list, std::size_t first) {
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      if (blocks[i].depth > 0) return list + std::to_string(first + i) + ".1.";
    }
    return std::string();
  };
  const std::string input = in_middle ? "" : in(plan.input, "input_blocks.", 1);
  return input.empty() ? "middle_block.1." : input;
}

}  // namespace

UnetPlan read_unet_plan(const Weights& weights) {
  UnetPlan plan = read_encoder_plan(weights);
  plan.channels_out = shape_of(weights, "out.2.weight", 4)[0];
  plan.output = read_blocks(weights, "output_blocks.", 0);
  return plan;
}

UnetPlan read_encoder_plan(const Weights& weights) {
  UnetPlan plan;
  const std::vector<std::int64_t> first = shape_of(weights, "input_blocks.0.0.weight", 4);
  plan.width = first[0];
  plan.channels_in = first[1];
  plan.time_width = shape_of(weights, "time_embed.0.weight", 2)[0];
  if (weights.has_any("label_emb.")) {
    plan.label_width = shape_of(weights, "label_emb.0.0.weight", 2)[1];
  }
  plan.input = read_blocks(weights, "input_blocks.", 1);
  plan.has_middle = weights.has_any("middle_block.0.");
  plan.middle_depth = depth_of(weights, "middle_block.1.");
  // A middle block with a second half has attention between the two.
  const bool in_middle = weights.has_any("middle_block.1.") || weights.has_any("middle_block.2.");
  const std::string attention = first_attention(plan, in_middle);
  plan.linear_projections = weights.shape(attention + "proj_in.weight").size() == 2;
  plan.context_width = shape_of(weights, attention + "transformer_blocks.0.attn2.to_k.weight", 2)[1];
  return plan;
}

}  // namespace ksampler
