// Autoencoders: pictures to latents and back; and the KL autoencoder of latent diffusion (Rombach et
// al. 2022; `first_stage_model`). Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_AUTOENCODER_HPP
#define KSAMPLER_MODEL_NETWORK_AUTOENCODER_HPP

#include "host/model/network/layers.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace ksampler {

// x + W2 silu(norm(W1 silu(norm(x))))
class Residual {
 public:
  Residual(const Weights& weights, std::int64_t in, std::int64_t out);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  GroupNorm norm1_, norm2_;
  Conv conv1_, conv2_;
  std::optional<Conv> skip_;  // where the number of channels changes
};

// One resolution: residual blocks, then perhaps a change of size.
struct AutoencoderLevel {
  std::vector<Residual> blocks;
  std::optional<Conv> resize;
};

// The middle of encoder and decoder: attention over all places, with one head.
class AutoencoderMiddle {
 public:
  AutoencoderMiddle(const Weights& weights, std::int64_t channels);
  at::Tensor operator()(const at::Tensor& x) const;

 private:
  Residual block_1_, block_2_;
  GroupNorm norm_;
  Linear q_, k_, v_, proj_out_;
};

class Autoencoder {
 public:
  virtual ~Autoencoder() = default;

  // Pictures [B,picture_channels(),H,W], -1 to 1, whose sizes are multiples of scale(), to the mean of
  // the posterior, [B,C,H/scale,W/scale]; and back. Not multiplied by a model's scale: that is done
  // where it samples.
  virtual at::Tensor encode(const at::Tensor& pictures) const = 0;
  virtual at::Tensor decode(const at::Tensor& latents) const = 0;

  virtual std::int64_t channels() const = 0;                   // of a latent
  virtual std::int64_t picture_channels() const { return 3; }  // or 4: red, green, blue, alpha
  virtual std::int64_t scale() const = 0;                      // pixels a cell, in each direction
  virtual at::TensorOptions options() const = 0;
};

// That of the file's tensors: KlAutoencoder, Flux2Autoencoder or WanAutoencoder. Throws Error.
std::shared_ptr<const Autoencoder> load_autoencoder(const Weights& weights);

class KlAutoencoder : public Autoencoder {
 public:
  // Takes decoder.*, post_quant_conv.*, and encoder.*, quant_conv.*; those two may lie under the other
  // two. Throws Error.
  explicit KlAutoencoder(const Weights& weights);

  at::Tensor encode(const at::Tensor& pictures) const override;
  at::Tensor decode(const at::Tensor& latents) const override;

  std::int64_t channels() const override { return channels_; }
  std::int64_t scale() const override { return scale_; }
  at::TensorOptions options() const override { return encoder_in_.weight.options(); }

 private:
  std::int64_t channels_;
  std::int64_t scale_;
  Conv encoder_in_;
  std::vector<AutoencoderLevel> down_;
  std::optional<AutoencoderMiddle> encoder_middle_;
  GroupNorm encoder_norm_;
  Conv encoder_out_;
  std::optional<Conv> quant_, post_quant_;  // some files leave them out
  Conv decoder_in_;
  std::optional<AutoencoderMiddle> decoder_middle_;
  std::vector<AutoencoderLevel> up_;  // from the smallest
  GroupNorm decoder_norm_;
  Conv decoder_out_;
};

}  // namespace ksampler

#endif
