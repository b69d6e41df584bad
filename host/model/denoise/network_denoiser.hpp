// A text-guided network as a denoiser:
//
//   D(x, sigma) = c_skip x + c_out F(c_in x, t(sigma), text)
//
// with c_in = 1 / sqrt(sigma^2 + 1) and, by what the network predicts, (c_skip, c_out) =
//   eps   (1, -sigma)                              Ho et al. 2020
//   v     (1, -sigma sqrt(sigma^2 + 1)) / (sigma^2 + 1)     Salimans and Ho 2022
//   x0    (0, 1)
// or, for a flow, c_in = 1 and (1, -sigma).
#ifndef KSAMPLER_MODEL_DENOISE_NETWORK_DENOISER_HPP
#define KSAMPLER_MODEL_DENOISE_NETWORK_DENOISER_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/model/network/network.hpp"

#include <memory>

namespace ksampler {

struct Preconditioning {
  double c_in;
  double c_skip;
  double c_out;
};
// Throws Error where a network of this family cannot be of that parameterization.
Preconditioning preconditioning(const ModelSampling& sampling, double sigma);

class GuidedDenoiser : public Denoiser {
 public:
  GuidedDenoiser(std::shared_ptr<const GuidedNetwork> network, ModelSampling sampling);

  const ModelSampling& sampling() const override { return sampling_; }
  std::int64_t latent_channels() const override { return network_->facts().channels; }
  double latent_scale() const override { return network_->facts().latent_scale; }
  at::Device device() const override { return network_->options().device(); }
  void check_shape(at::IntArrayRef shape) const override;
  const std::vector<std::string>& classes() const override;
  std::shared_ptr<const Denoiser> with_sampling(ModelSampling sampling) const override;

  // Requests whose texts are of one length, or can be repeated to one, are one batch of the network.
  void denoise(std::span<const DenoiseRequest> requests, double sigma) const override;

 private:
  at::Tensor label_of(const DenoiseRequest& request) const;
  void denoise_batch(std::span<const DenoiseRequest> requests, double sigma) const;

  std::shared_ptr<const GuidedNetwork> network_;
  ModelSampling sampling_;
};

}  // namespace ksampler

#endif
