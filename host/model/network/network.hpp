// A network that a text guides, as a denoiser needs it: one of ours, or one that was exported. Thread
// rule: one call at a time.
#ifndef KSAMPLER_MODEL_NETWORK_NETWORK_HPP
#define KSAMPLER_MODEL_NETWORK_NETWORK_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ksampler {

struct GuidedNetworkFacts {
  std::int64_t channels = 4;
  std::int64_t context_width = 0;
  std::int64_t label_width = 0;   // 0: takes no label
  std::int64_t size_numbers = 0;  // in the label, beside the pooled text
  double latent_scale = 1.0;      // that latents of its autoencoder are multiplied by
};

class GuidedNetwork {
 public:
  virtual ~GuidedNetwork() = default;

  virtual const GuidedNetworkFacts& facts() const = 0;
  virtual at::TensorOptions options() const = 0;

  // Throws Error for a latent [B,C,H,W] of the right channels that it cannot take nevertheless.
  virtual void check_size(at::IntArrayRef /*shape*/) const {}

  // The prediction for x [B,C,H,W] at `timesteps` [B], given text [B,T,context_width] and, where the
  // facts have one, a label [B,label_width]. All as `options`, but the timesteps: they are float32.
  virtual at::Tensor predict(const at::Tensor& x, const at::Tensor& timesteps,
                             const at::Tensor& context, const at::Tensor& label) const = 0;
};

}  // namespace ksampler

#endif
