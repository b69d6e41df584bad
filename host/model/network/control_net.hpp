// ControlNet (Zhang et al. 2023, 2302.05543): a copy of the half of a UNet that comes down, which is
// shown a picture of edges, depth or poses, and adds what it makes of it to the UNet's skip connections
// and middle:
//
//   h_0 = conv(x) + hint(picture);  residual_i = zero_conv_i(h_i)
//
// In the layout of tensors of its authors. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_CONTROL_NET_HPP
#define KSAMPLER_MODEL_NETWORK_CONTROL_NET_HPP

#include "host/model/network/network.hpp"
#include "host/model/network/unet_encoder.hpp"

#include <vector>

namespace ksampler {

class ControlNet {
 public:
  // Takes every tensor. Throws Error: one is missing, or misshapen.
  ControlNet(const Weights& weights, const UnetPlan& plan);

  // A picture [B,3,8H,8W], 0 to 1, as it is added to a latent of H by W. The same in all steps.
  at::Tensor hint(const at::Tensor& picture) const;

  // Of `input` without further channels, and a hint of its batch.
  UnetResiduals operator()(const NetworkInput& input, const at::Tensor& hint) const;

  const UnetPlan& plan() const { return plan_; }
  const std::vector<std::int64_t>& skips() const { return encoder_.skips(); }
  at::TensorOptions options() const { return encoder_.options(); }

 private:
  UnetPlan plan_;
  UnetEncoder encoder_;
  std::vector<Conv> hint_;
  std::vector<Conv> zero_;  // one for each skip
  Conv middle_;
};

}  // namespace ksampler

#endif
