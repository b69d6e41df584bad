// The autoencoder of Flux.2 (Black Forest Labs 2025): a KL autoencoder whose latents are folded, 2 by 2
// cells of 32 channels to one of 128, and brought to a mean of 0 and a deviation of 1, each channel by
// what was measured in training:
//
//   z = (fold(mean) - running_mean) / sqrt(running_var + 1e-4)
//
// Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_FLUX2_AUTOENCODER_HPP
#define KSAMPLER_MODEL_NETWORK_FLUX2_AUTOENCODER_HPP

#include "host/model/network/autoencoder.hpp"

namespace ksampler {

class Flux2Autoencoder : public Autoencoder {
 public:
  static bool is_in(const Weights& weights);

  // Throws Error as KlAutoencoder.
  explicit Flux2Autoencoder(const Weights& weights);

  at::Tensor encode(const at::Tensor& pictures) const override;
  at::Tensor decode(const at::Tensor& latents) const override;

  std::int64_t channels() const override;
  std::int64_t scale() const override;
  at::TensorOptions options() const override { return inner_.options(); }

 private:
  KlAutoencoder inner_;
  at::Tensor mean_;       // [1,C,1,1], float32
  at::Tensor deviation_;  // likewise
};

}  // namespace ksampler

#endif
