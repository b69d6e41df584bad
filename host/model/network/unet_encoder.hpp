// The half of a UNet that comes down, to its middle: what a ControlNet is a copy of. Thread rule:
// immutable.
#ifndef KSAMPLER_MODEL_NETWORK_UNET_ENCODER_HPP
#define KSAMPLER_MODEL_NETWORK_UNET_ENCODER_HPP

#include "host/model/network/spatial_transformer.hpp"
#include "host/model/network/unet_plan.hpp"

#include <optional>
#include <vector>

namespace ksampler {

// x + W2 silu(norm(W1 silu(norm(x)) + W_t silu(time)))
class TimedResidual {
 public:
  TimedResidual(const Weights& weights, std::int64_t in, std::int64_t out, std::int64_t time_width);
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& silu_time) const;

 private:
  GroupNorm norm_in_, norm_out_;
  Conv conv_in_, conv_out_;
  Linear time_;
  std::optional<Conv> skip_;  // where the number of channels changes
};

// The layers of a block of either half.
struct UnetLayers {
  std::optional<TimedResidual> residual;
  std::optional<SpatialTransformer> transformer;
  std::optional<Conv> down;
  std::optional<Conv> up;
};

// `weights`: the block's. Throws Error.
UnetLayers load_unet_block(const Weights& weights, const UnetPlan& plan, const UnetBlock& block,
                           std::int64_t in);

struct UnetEncoded {
  std::vector<at::Tensor> skips = {};  // after the first convolution and after each block
  at::Tensor h = {};                   // after the middle
  at::Tensor silu_time = {};           // [B,time_width]
};

class UnetEncoder {
 public:
  // Takes every tensor of the plan's input and middle. Throws Error.
  UnetEncoder(const Weights& weights, const UnetPlan& plan);

  // x [B,C,H,W] at `timesteps` [B], given text [B,T,context_width] and, where the plan has one, a label
  // [B,label_width]. All in the network's element type, but the timesteps. The last `perturbed` rows
  // are without self-attention between places in the middle block. `hint` is added behind the first
  // convolution, where it is defined.
  UnetEncoded operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                         const at::Tensor& label, std::int64_t perturbed = 0,
                         const at::Tensor& hint = {}) const;

  at::TensorOptions options() const { return conv_in_.bias.options(); }
  // Channels of each skip, and of the middle.
  const std::vector<std::int64_t>& skips() const { return skips_; }
  std::int64_t channels() const { return skips_.back(); }

 private:
  std::int64_t width_;
  Linear time_in_, time_out_;
  std::optional<Linear> label_in_, label_out_;
  Conv conv_in_;
  std::vector<UnetLayers> input_;
  std::vector<std::int64_t> skips_;
  std::optional<TimedResidual> middle_in_, middle_out_;
  std::optional<SpatialTransformer> middle_;
};

}  // namespace ksampler

#endif
