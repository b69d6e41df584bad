#include "host/model/network/control_net.hpp"

#include "host/model/network/label.hpp"

#include <ATen/ops/silu.h>

namespace ksampler {
namespace {

constexpr int kHintConvs = 8;  // of which three halve the picture, which has 8 pixels a cell

bool halves(int i) { return i == 2 || i == 4 || i == 6; }

std::vector<Conv> load_hint(const Weights& weights, std::int64_t width) {
  std::vector<Conv> convs;
  std::int64_t in = 3;
  for (int i = 0; i < kHintConvs; ++i) {
    // Between them stand activations, which have numbers too.
    const std::string name = "input_hint_block." + std::to_string(2 * i);
    const std::vector<std::int64_t> shape = weights.shape(name + ".weight");
    const std::int64_t out = i + 1 == kHintConvs || shape.empty() ? width : shape[0];
    convs.push_back(load_conv(weights, name, in, out, 3, halves(i) ? 2 : 1));
    in = out;
  }
  return convs;
}

}  // namespace

ControlNet::ControlNet(const Weights& weights, const UnetPlan& plan)
    : plan_(plan), encoder_(weights, plan), hint_(load_hint(weights, plan.width)) {
  for (std::size_t i = 0; i < skips().size(); ++i) {
    const std::string name = "zero_convs." + std::to_string(i) + ".0";
    zero_.push_back(load_conv(weights, name, skips()[i], skips()[i], 1));
  }
  middle_ = load_conv(weights, "middle_block_out.0", encoder_.channels(), encoder_.channels(), 1);
}

at::Tensor ControlNet::hint(const at::Tensor& picture) const {
  at::Tensor h = channels_last(picture.to(options()));
  for (std::size_t i = 0; i < hint_.size(); ++i) h = hint_[i](i == 0 ? h : at::silu(h));
  return h;
}

UnetResiduals ControlNet::operator()(const NetworkInput& input, const at::Tensor& hint) const {
  const at::Tensor label =
      plan_.label_width == 0 ? at::Tensor() : label_of(input.pooled, input.numbers).to(options());
  const UnetEncoded encoded = encoder_(input.x.to(options()), input.timesteps, input.text.to(options()),
                                       label, /*perturbed=*/0, hint);
  UnetResiduals residuals{.middle = middle_(encoded.h)};
  for (std::size_t i = 0; i < zero_.size(); ++i) {
    residuals.skips.push_back(zero_[i](encoded.skips[i]));
  }
  return residuals;
}

}  // namespace ksampler
