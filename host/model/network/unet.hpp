// The UNet of latent diffusion (Rombach et al. 2022), in the layout of tensors that its authors gave
// it: time_embed, label_emb, input_blocks, middle_block, output_blocks, out. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_UNET_HPP
#define KSAMPLER_MODEL_NETWORK_UNET_HPP

#include "host/model/network/network.hpp"
#include "host/model/network/unet_encoder.hpp"

#include <vector>

namespace ksampler {

class Unet {
 public:
  // Takes every tensor of the plan. Throws Error.
  Unet(const Weights& weights, UnetPlan plan);

  // The prediction for x [B,C,H,W] at `timesteps` [B], given text [B,T,context_width] and, where the
  // plan has one, a label [B,label_width]. All in the network's element type, but the timesteps. The
  // last `perturbed` rows are without self-attention between places in the middle block. `residuals`
  // are added to what comes from the encoder.
  at::Tensor operator()(const at::Tensor& x, const at::Tensor& timesteps, const at::Tensor& context,
                        const at::Tensor& label, std::int64_t perturbed = 0,
                        const UnetResiduals& residuals = {}) const;

  const UnetPlan& plan() const { return plan_; }
  const std::vector<std::int64_t>& skips() const { return encoder_.skips(); }
  at::TensorOptions options() const { return encoder_.options(); }

 private:
  UnetPlan plan_;
  UnetEncoder encoder_;
  std::vector<UnetLayers> output_;
  GroupNorm norm_out_;
  Conv conv_out_;
};

}  // namespace ksampler

#endif
