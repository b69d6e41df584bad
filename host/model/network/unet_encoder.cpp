#include "host/model/network/unet_encoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/silu.h>

namespace ksampler {
namespace {

SpatialTransformer load_unet_transformer(const Weights& weights, const UnetPlan& plan,
                                         std::int64_t channels, std::int64_t depth) {
  const std::int64_t heads = plan.heads_for(channels);
  if (heads < 1 || channels % heads != 0) {
    throw Error({weights.file()->file().string()},
                sentence("'{}' has {} channels, which do not divide into {}: set 'ksampler.heads' or "
                         "'ksampler.head_width' in the file's metadata",
                         weights.prefix(), channels,
                         plan.heads > 0 ? std::to_string(plan.heads) + " heads"
                                        : "heads of width " + std::to_string(plan.head_width)));
  }
  return {weights, channels, plan.context_width, heads, depth};
}

}  // namespace

TimedResidual::TimedResidual(const Weights& weights, std::int64_t in, std::int64_t out,
                             std::int64_t time_width)
    : norm_in_(load_group_norm(weights, "in_layers.0", in, 1e-5)),
      norm_out_(load_group_norm(weights, "out_layers.0", out, 1e-5)),
      conv_in_(load_conv(weights, "in_layers.2", in, out, 3)),
      conv_out_(load_conv(weights, "out_layers.3", out, out, 3)),
      time_(load_linear(weights, "emb_layers.1", time_width, out)) {
  if (in != out) skip_ = load_conv(weights, "skip_connection", in, out, 1);
}

at::Tensor TimedResidual::operator()(const at::Tensor& x, const at::Tensor& silu_time) const {
  at::Tensor h = silu_norm(norm_in_, x);
  h = conv_in_(h);
  h.add_(time_(silu_time).unsqueeze(-1).unsqueeze(-1));
  h = silu_norm(norm_out_, h);
  h = conv_out_(h);
  return h.add_(skip_ ? (*skip_)(x) : x);
}

UnetLayers load_unet_block(const Weights& weights, const UnetPlan& plan, const UnetBlock& block,
                           std::int64_t in) {
  UnetLayers loaded;
  if (block.down) {
    loaded.down = load_conv(weights, "0.op", in, block.channels, 3, /*stride=*/2);
    return loaded;
  }
  loaded.residual.emplace(weights.within("0."), in, block.channels, plan.time_width);
  if (block.depth > 0) {
    loaded.transformer.emplace(
        load_unet_transformer(weights.within("1."), plan, block.channels, block.depth));
  }
  if (block.up) {
    const std::string name = block.depth > 0 ? "2.conv" : "1.conv";
    loaded.up = load_conv(weights, name, block.channels, block.channels, 3);
  }
  return loaded;
}

UnetEncoder::UnetEncoder(const Weights& weights, const UnetPlan& plan)
    : width_(plan.width),
      time_in_(load_linear(weights, "time_embed.0", plan.width, plan.time_width)),
      time_out_(load_linear(weights, "time_embed.2", plan.time_width, plan.time_width)),
      conv_in_(load_conv(weights, "input_blocks.0.0", plan.channels_in, plan.width, 3)),
      skips_({plan.width}) {
  if (plan.label_width > 0) {
    label_in_ = load_linear(weights, "label_emb.0.0", plan.label_width, plan.time_width);
    label_out_ = load_linear(weights, "label_emb.0.2", plan.time_width, plan.time_width);
  }
  for (std::size_t i = 0; i < plan.input.size(); ++i) {
    const Weights block = weights.within("input_blocks." + std::to_string(i + 1) + ".");
    input_.push_back(load_unet_block(block, plan, plan.input[i], channels()));
    skips_.push_back(plan.input[i].channels);
  }
  const Weights middle = weights.within("middle_block.");
  if (plan.has_middle) middle_in_.emplace(middle.within("0."), channels(), channels(), plan.time_width);
  if (plan.middle_depth > 0) {
    middle_.emplace(load_unet_transformer(middle.within("1."), plan, channels(), plan.middle_depth));
    middle_out_.emplace(middle.within("2."), channels(), channels(), plan.time_width);
  }
}

UnetEncoded UnetEncoder::operator()(const at::Tensor& x, const at::Tensor& timesteps,
                                    const at::Tensor& context, const at::Tensor& label,
                                    std::int64_t perturbed, const at::Tensor& hint) const {
  const at::ScalarType type = c10::typeMetaToScalarType(options().dtype());
  at::Tensor time = time_out_(at::silu(time_in_(sinusoidal_embedding(timesteps, width_).to(type))));
  if (label_in_) time = time + (*label_out_)(at::silu((*label_in_)(label)));
  UnetEncoded encoded{.silu_time = at::silu(time)};

  at::Tensor h = conv_in_(x);
  if (hint.defined()) h = h + hint;
  encoded.skips.push_back(h);
  for (const UnetLayers& block : input_) {
    if (block.down) h = (*block.down)(h);
    if (block.residual) h = (*block.residual)(h, encoded.silu_time);
    if (block.transformer) h = (*block.transformer)(h, context);
    encoded.skips.push_back(h);
  }
  if (middle_in_) h = (*middle_in_)(h, encoded.silu_time);
  if (middle_) h = (*middle_out_)((*middle_)(h, context, perturbed), encoded.silu_time);
  encoded.h = h;
  return encoded;
}

}  // namespace ksampler
