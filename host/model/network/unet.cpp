#include "host/model/network/unet.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
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

Unet::Unet(const Weights& weights, UnetPlan plan)
    : plan_(std::move(plan)),
      encoder_(weights, plan_),
      norm_out_(load_group_norm(weights, "out.0", plan_.width, 1e-5)),
      conv_out_(load_conv(weights, "out.2", plan_.width, plan_.channels_out, 3)) {
  // What each output block gets beside its input: the input blocks' results, latest first.
  std::vector<std::int64_t> skips = encoder_.skips();
  std::int64_t channels = encoder_.channels();
  if (plan_.output.size() != skips.size()) {
    throw Error({weights.file()->file().string()},
                sentence("the UNet has {} input blocks and {} output blocks; expected as many of each",
                         skips.size(), plan_.output.size()));
  }
  check_resolutions(weights, plan_);
  for (std::size_t i = 0; i < plan_.output.size(); ++i) {
    const Weights block = weights.within("output_blocks." + std::to_string(i) + ".");
    output_.push_back(load_unet_block(block, plan_, plan_.output[i], channels + skips.back()));
    skips.pop_back();
    channels = plan_.output[i].channels;
  }
}

at::Tensor Unet::operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                            const at::Tensor& label, std::int64_t perturbed,
                            const UnetResiduals& residuals) const {
  auto [skips, h, silu_time] = encoder_(x, timesteps, context, label, perturbed);
  if (residuals.middle.defined()) h = h + residuals.middle;
  for (const UnetLayers& block : output_) {
    at::Tensor skip = std::move(skips.back());
    skips.pop_back();
    if (!residuals.skips.empty()) skip = skip + residuals.skips.at(skips.size());
    h = (*block.residual)(at::cat({h, skip}, 1), silu_time);
    if (block.transformer) h = (*block.transformer)(h, context);
    // To the size of the next skip, which is odd where halving rounded up.
    if (block.up)
      h = (*block.up)(at::upsample_nearest2d(h, {skips.back().size(2), skips.back().size(3)}));
  }
  h = silu_norm(norm_out_, h);
  return conv_out_(h);
}

}  // namespace ksampler
