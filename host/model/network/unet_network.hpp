// The UNet of latent diffusion as a denoiser needs it.
#ifndef KSAMPLER_MODEL_NETWORK_UNET_NETWORK_HPP
#define KSAMPLER_MODEL_NETWORK_UNET_NETWORK_HPP

#include "host/model/network/network.hpp"
#include "host/model/network/unet.hpp"

namespace ksampler {

class UnetNetwork : public Network {
 public:
  // `numbers`: how many of them its label has, beside the pooled text; 0: it takes no label.
  UnetNetwork(Unet unet, std::int64_t numbers);

  NetworkFacts facts() const override;
  at::TensorOptions options() const override { return unet_.options(); }
  std::span<const std::int64_t> skips() const override { return unet_.skips(); }
  at::Tensor predict(const NetworkInput& input) const override;

 private:
  Unet unet_;
  std::int64_t numbers_;
};

}  // namespace ksampler

#endif
