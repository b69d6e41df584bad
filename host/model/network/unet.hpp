// The UNet of latent diffusion (Rombach et al. 2022), in the layout of tensors that its authors gave
// it: time_embed, label_emb, input_blocks, middle_block, output_blocks, out. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_UNET_HPP
#define KSAMPLER_MODEL_NETWORK_UNET_HPP

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

class Unet {
 public:
  // Takes every tensor of the plan. Throws Error.
  Unet(const Weights& weights, UnetPlan plan);

  // The prediction for x [B,C,H,W] at `timesteps` [B], given text [B,T,context_width] and, where the
  // plan has one, a label [B,label_width]. All in the network's element type, but the timesteps. The
  // last `perturbed` rows are without self-attention between places in the middle block.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                        const at::Tensor& label, std::int64_t perturbed = 0) const;

  const UnetPlan& plan() const { return plan_; }
  at::TensorOptions options() const { return conv_in_.bias.options(); }

 private:
  struct Block {
    std::optional<TimedResidual> residual;
    std::optional<SpatialTransformer> transformer;
    std::optional<Conv> down;
    std::optional<Conv> up;
  };

  Block load_input(const Weights& weights, const UnetBlock& block, std::int64_t in) const;
  Block load_output(const Weights& weights, const UnetBlock& block, std::int64_t in) const;
  SpatialTransformer load_transformer(const Weights& weights, std::int64_t channels,
                                      std::int64_t depth) const;

  UnetPlan plan_;
  Linear time_in_, time_out_;
  std::optional<Linear> label_in_, label_out_;
  Conv conv_in_;
  std::vector<Block> input_;
  std::optional<TimedResidual> middle_in_, middle_out_;
  std::optional<SpatialTransformer> middle_;
  std::vector<Block> output_;
  GroupNorm norm_out_;
  Conv conv_out_;
};

}  // namespace ksampler

#endif
