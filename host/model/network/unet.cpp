#include "host/model/network/unet.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <utility>

namespace ksampler {
namespace {

// Every halving is undone, and not by the last block, which has nothing to meet.
void check_resolutions(const Weights& weights, const UnetPlan& plan) {
  std::int64_t downs = 0;
  for (const UnetBlock& block : plan.input) downs += block.down ? 1 : 0;
  std::int64_t ups = 0;
  for (const UnetBlock& block : plan.output) {
    ups += block.up ? 1 : 0;
    if (block.down) ups = -1;
  }
  if (downs == ups && !plan.output.back().up) return;
  throw Error({weights.file()->file().string()},
              "the UNet's output blocks do not double the resolution where its input blocks halve it");
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

Unet::Unet(const Weights& weights, UnetPlan plan)
    : plan_(std::move(plan)),
      time_in_(load_linear(weights, "time_embed.0", plan_.width, plan_.time_width)),
      time_out_(load_linear(weights, "time_embed.2", plan_.time_width, plan_.time_width)),
      conv_in_(load_conv(weights, "input_blocks.0.0", plan_.channels_in, plan_.width, 3)),
      norm_out_(load_group_norm(weights, "out.0", plan_.width, 1e-5)),
      conv_out_(load_conv(weights, "out.2", plan_.width, plan_.channels_out, 3)) {
  if (plan_.label_width > 0) {
    label_in_ = load_linear(weights, "label_emb.0.0", plan_.label_width, plan_.time_width);
    label_out_ = load_linear(weights, "label_emb.0.2", plan_.time_width, plan_.time_width);
  }
  // What each output block gets beside its input: the input blocks' results, latest first.
  std::vector<std::int64_t> skips = {plan_.width};
  std::int64_t channels = plan_.width;
  for (std::size_t i = 0; i < plan_.input.size(); ++i) {
    const Weights block = weights.within("input_blocks." + std::to_string(i + 1) + ".");
    input_.push_back(load_input(block, plan_.input[i], channels));
    channels = plan_.input[i].channels;
    skips.push_back(channels);
  }
  if (plan_.output.size() != skips.size()) {
    throw Error({weights.file()->file().string()},
                sentence("the UNet has {} input blocks and {} output blocks; expected as many of each",
                         skips.size(), plan_.output.size()));
  }
  check_resolutions(weights, plan_);
  const Weights middle = weights.within("middle_block.");
  if (plan_.has_middle) middle_in_.emplace(middle.within("0."), channels, channels, plan_.time_width);
  if (plan_.middle_depth > 0) {
    middle_.emplace(load_transformer(middle.within("1."), channels, plan_.middle_depth));
    middle_out_.emplace(middle.within("2."), channels, channels, plan_.time_width);
  }
  for (std::size_t i = 0; i < plan_.output.size(); ++i) {
    const Weights block = weights.within("output_blocks." + std::to_string(i) + ".");
    output_.push_back(load_output(block, plan_.output[i], channels + skips.back()));
    skips.pop_back();
    channels = plan_.output[i].channels;
  }
}

SpatialTransformer Unet::load_transformer(const Weights& weights, std::int64_t channels,
                                          std::int64_t depth) const {
  const std::int64_t heads = plan_.heads_for(channels);
  if (heads < 1 || channels % heads != 0) {
    throw Error({weights.file()->file().string()},
                sentence("'{}' has {} channels, which do not divide into {}: set 'ksampler.heads' or "
                         "'ksampler.head_width' in the file's metadata",
                         weights.prefix(), channels,
                         plan_.heads > 0 ? std::to_string(plan_.heads) + " heads"
                                         : "heads of width " + std::to_string(plan_.head_width)));
  }
  return {weights, channels, plan_.context_width, heads, depth};
}

Unet::Block Unet::load_input(const Weights& weights, const UnetBlock& block, std::int64_t in) const {
  Block loaded;
  if (block.down) {
    loaded.down = load_conv(weights, "0.op", in, block.channels, 3, /*stride=*/2);
    return loaded;
  }
  loaded.residual.emplace(weights.within("0."), in, block.channels, plan_.time_width);
  if (block.depth > 0)
    loaded.transformer.emplace(load_transformer(weights.within("1."), block.channels, block.depth));
  return loaded;
}

Unet::Block Unet::load_output(const Weights& weights, const UnetBlock& block, std::int64_t in) const {
  Block loaded = load_input(weights, block, in);
  if (block.up) {
    const std::string name = block.depth > 0 ? "2.conv" : "1.conv";
    loaded.up = load_conv(weights, name, block.channels, block.channels, 3);
  }
  return loaded;
}

at::Tensor Unet::operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                            const at::Tensor& label, std::int64_t perturbed) const {
  const at::ScalarType type = c10::typeMetaToScalarType(options().dtype());
  at::Tensor time =
      time_out_(at::silu(time_in_(sinusoidal_embedding(timesteps, plan_.width).to(type))));
  if (label_in_) time = time + (*label_out_)(at::silu((*label_in_)(label)));
  const at::Tensor silu_time = at::silu(time);

  at::Tensor h = conv_in_(x);
  std::vector<at::Tensor> skips = {h};
  for (const Block& block : input_) {
    if (block.down) h = (*block.down)(h);
    if (block.residual) h = (*block.residual)(h, silu_time);
    if (block.transformer) h = (*block.transformer)(h, context);
    skips.push_back(h);
  }
  if (middle_in_) h = (*middle_in_)(h, silu_time);
  if (middle_) h = (*middle_out_)((*middle_)(h, context, perturbed), silu_time);
  for (const Block& block : output_) {
    h = (*block.residual)(at::cat({h, skips.back()}, 1), silu_time);
    skips.pop_back();
    if (block.transformer) h = (*block.transformer)(h, context);
    // To the size of the next skip, which is odd where halving rounded up.
    if (block.up)
      h = (*block.up)(at::upsample_nearest2d(h, {skips.back().size(2), skips.back().size(3)}));
  }
  h = silu_norm(norm_out_, h);
  return conv_out_(h);
}

}  // namespace ksampler
