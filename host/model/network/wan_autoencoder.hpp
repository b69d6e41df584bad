// The autoencoder of Wan 2.1 (Alibaba 2025), for videos, on pictures: Qwen-Image's and Anima's. Its
// convolutions see frames before theirs; of a single picture there are none, so that the last slice of
// each kernel is all that counts, and layers that change the number of frames do nothing. And that of
// Qwen-Image 2.1 (Alibaba 2026), built as Wan 2.2's, for pictures with alpha: each resolution is a
// level beside which what goes in is averaged, or repeated, to the size of what comes out. Thread rule:
// immutable.
#ifndef KSAMPLER_MODEL_NETWORK_WAN_AUTOENCODER_HPP
#define KSAMPLER_MODEL_NETWORK_WAN_AUTOENCODER_HPP

#include "host/model/network/autoencoder.hpp"

#include <optional>
#include <variant>
#include <vector>

namespace ksampler {

class WanAutoencoder : public Autoencoder {
 public:
  static bool is_in(const Weights& weights);

  // Throws Error: a tensor missing or misshapen, an encoder and a decoder of different scales.
  explicit WanAutoencoder(const Weights& weights);

  at::Tensor encode(const at::Tensor& pictures) const override;
  at::Tensor decode(const at::Tensor& latents) const override;

  std::int64_t channels() const override { return channels_; }
  std::int64_t picture_channels() const override { return picture_channels_; }
  std::int64_t scale() const override { return scale_; }
  at::TensorOptions options() const override { return encoder_in_.weight.options(); }

 private:
  // Over the channels of each place: x / |x| sqrt(C) gamma.
  struct Norm {
    at::Tensor gamma;  // [1,C,1,1], times sqrt(C)
    at::Tensor operator()(const at::Tensor& x) const;
  };
  struct ResidualBlock {
    Norm norm1, norm2;
    Conv conv1, conv2;
    std::optional<Conv> skip = {};
  };
  struct Resize {
    Conv conv;
    bool up;
    bool in_time;  // it would change the number of frames, too
  };
  using Step = std::variant<ResidualBlock, Resize>;
  // Steps, of which the last may be a Resize; and what goes past them, where there is that.
  struct Level {
    std::vector<Step> steps;
    bool past = false;
    std::int64_t channels = 0;  // of what comes out
  };
  struct Middle {
    ResidualBlock first, last;
    Norm norm;
    Conv qkv, proj;
  };
  struct Head {
    Norm norm;
    Conv conv;
  };

  static Conv load_slice(const Weights& weights, const std::string& name, std::int64_t in);
  static Norm load_norm(const Weights& weights, const std::string& name, std::int64_t channels);
  static ResidualBlock load_block(const Weights& weights, std::int64_t in);
  static Step load_step(const Weights& weights, bool up, std::int64_t& channels);
  static Level load_level(const Weights& weights, bool up, std::int64_t& channels);
  static std::vector<Level> load_levels(const Weights& weights, bool up, std::int64_t& channels);
  static std::int64_t scale_of(const std::vector<Level>& levels);
  static Middle load_middle(const Weights& weights, std::int64_t channels);
  static Head load_head(const Weights& weights, std::int64_t channels);
  static at::Tensor run(const ResidualBlock& block, const at::Tensor& x);
  static at::Tensor run(const Resize& resize, const at::Tensor& x);
  static at::Tensor run(const Level& level, const at::Tensor& x);
  static at::Tensor run(const Middle& middle, const at::Tensor& x);
  static at::Tensor run(const Head& head, const at::Tensor& x);

  std::int64_t channels_ = 0;
  std::int64_t picture_channels_ = 0;
  std::int64_t scale_ = 1;
  Conv encoder_in_;
  std::vector<Level> down_;
  Middle encoder_middle_;
  Head encoder_head_;
  Conv quant_, post_quant_;
  Conv decoder_in_;
  Middle decoder_middle_;
  std::vector<Level> up_;
  Head decoder_head_;
};

}  // namespace ksampler

#endif
