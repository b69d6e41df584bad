#include "host/model/network/autoencoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/flux2_autoencoder.hpp"
#include "host/model/network/tensors.hpp"
#include "host/model/network/wan_autoencoder.hpp"

#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <string>
#include <utility>

namespace ksampler {
namespace {

constexpr double kEps = 1e-6;

std::int64_t output_channels(const Weights& weights, const std::string& conv) {
  const std::vector<std::int64_t> shape = weights.shape(conv + ".weight");
  if (shape.size() == 4) return shape[0];
  throw Error({weights.file()->file().string()},
              sentence("tensor '{}{}.weight' has shape {}; expected the 4 dimensions of a convolution: "
                       "[out, in, height, width]",
                       weights.prefix(), conv, shape_text(shape)));
}

std::int64_t count(const Weights& weights, const std::string& list) {
  std::int64_t number = 0;
  while (weights.has_any(list + std::to_string(number) + ".")) ++number;
  return number;
}

// `channels` goes in as what the level gets and comes out as what it gives.
AutoencoderLevel load_level(const Weights& weights, std::int64_t& channels, bool down) {
  AutoencoderLevel level;
  const std::int64_t blocks = count(weights, "block.");
  for (std::int64_t i = 0; i < blocks; ++i) {
    const Weights block = weights.within("block." + std::to_string(i) + ".");
    const std::int64_t out = output_channels(block, "conv1");
    level.blocks.emplace_back(block, channels, out);
    channels = out;
  }
  const std::string name = down ? "downsample.conv" : "upsample.conv";
  if (weights.has(name + ".weight")) {
    level.resize = load_conv(weights, name, channels, channels, 3, down ? 2 : 1);
    if (down) level.resize->padding = 0;  // padded on one side only, below
  }
  return level;
}

// A convolution of single cells, in the first of `places` that has it; some files have none.
std::optional<Conv> load_where_it_is(const std::vector<Weights>& places, const std::string& name,
                                     std::int64_t channels) {
  for (const Weights& place : places) {
    if (place.has_any(name + ".")) return load_conv(place, name, channels, channels, 1);
  }
  return std::nullopt;
}

}  // namespace

Residual::Residual(const Weights& weights, std::int64_t in, std::int64_t out)
    : norm1_(load_group_norm(weights, "norm1", in, kEps)),
      norm2_(load_group_norm(weights, "norm2", out, kEps)),
      conv1_(load_conv(weights, "conv1", in, out, 3)),
      conv2_(load_conv(weights, "conv2", out, out, 3)) {
  if (in != out) skip_ = load_conv(weights, "nin_shortcut", in, out, 1);
}

at::Tensor Residual::operator()(const at::Tensor& x) const {
  // A line each, so that what one gives is let go when the next is done.
  at::Tensor h = silu_norm(norm1_, x);
  h = conv1_(h);
  h = silu_norm(norm2_, h);
  h = conv2_(h);
  return h.add_(skip_ ? (*skip_)(x) : x);
}

AutoencoderMiddle::AutoencoderMiddle(const Weights& weights, std::int64_t channels)
    : block_1_(weights.within("block_1."), channels, channels),
      block_2_(weights.within("block_2."), channels, channels),
      norm_(load_group_norm(weights, "attn_1.norm", channels, kEps)),
      q_(load_pointwise(weights, "attn_1.q", channels, channels)),
      k_(load_pointwise(weights, "attn_1.k", channels, channels)),
      v_(load_pointwise(weights, "attn_1.v", channels, channels)),
      proj_out_(load_pointwise(weights, "attn_1.proj_out", channels, channels)) {}

at::Tensor AutoencoderMiddle::operator()(const at::Tensor& x) const {
  const at::Tensor h = block_1_(x);
  const at::Tensor tokens = to_tokens(norm_(h));
  const at::Tensor mixed = proj_out_(attention(q_(tokens), k_(tokens), v_(tokens), /*heads=*/1));
  return block_2_(from_tokens(mixed, h).add(h));
}

std::shared_ptr<const Autoencoder> load_autoencoder(const Weights& weights) {
  if (WanAutoencoder::is_in(weights)) return std::make_shared<WanAutoencoder>(weights);
  if (Flux2Autoencoder::is_in(weights)) return std::make_shared<Flux2Autoencoder>(weights);
  return std::make_shared<KlAutoencoder>(weights);
}

KlAutoencoder::KlAutoencoder(const Weights& weights) : channels_(0), scale_(1) {
  const Weights encoder = weights.within("encoder.");
  std::int64_t channels = output_channels(encoder, "conv_in");
  encoder_in_ = load_conv(encoder, "conv_in", 3, channels, 3);
  for (std::int64_t i = 0; i < count(encoder, "down."); ++i) {
    down_.push_back(load_level(encoder.within("down." + std::to_string(i) + "."), channels, true));
    if (down_.back().resize) scale_ *= 2;
  }
  encoder_middle_.emplace(encoder.within("mid."), channels);
  encoder_norm_ = load_group_norm(encoder, "norm_out", channels, kEps);
  const std::int64_t moments = output_channels(encoder, "conv_out");
  encoder_out_ = load_conv(encoder, "conv_out", channels, moments, 3);
  channels_ = moments / 2;
  const Weights decoder = weights.within("decoder.");
  quant_ = load_where_it_is({weights, encoder}, "quant_conv", moments);
  post_quant_ = load_where_it_is({weights, decoder}, "post_quant_conv", channels_);

  channels = output_channels(decoder, "conv_in");
  decoder_in_ = load_conv(decoder, "conv_in", channels_, channels, 3);
  decoder_middle_.emplace(decoder.within("mid."), channels);
  std::int64_t decoder_scale = 1;
  for (std::int64_t i = count(decoder, "up.") - 1; i >= 0; --i) {
    up_.push_back(load_level(decoder.within("up." + std::to_string(i) + "."), channels, false));
    if (up_.back().resize) decoder_scale *= 2;
  }
  if (decoder_scale != scale_) {
    throw Error({weights.file()->file().string()},
                sentence("the autoencoder's encoder scales by {}, its decoder by {}; expected the same",
                         scale_, decoder_scale));
  }
  decoder_norm_ = load_group_norm(decoder, "norm_out", channels, kEps);
  decoder_out_ = load_conv(decoder, "conv_out", channels, 3, 3);
}

at::Tensor KlAutoencoder::encode(const at::Tensor& pictures) const {
  at::Tensor h = encoder_in_(channels_last(pictures));
  for (const AutoencoderLevel& level : down_) {
    for (const Residual& block : level.blocks) h = block(h);
    if (level.resize) h = (*level.resize)(at::constant_pad_nd(h, {0, 1, 0, 1}));
  }
  h = (*encoder_middle_)(h);
  h = encoder_out_(silu_norm(encoder_norm_, h));
  if (quant_) h = (*quant_)(h);
  return h.narrow(1, 0, channels_).contiguous();  // the rest is the log of the variance
}

at::Tensor KlAutoencoder::decode(const at::Tensor& latents) const {
  at::Tensor h = channels_last(latents);
  h = decoder_in_(post_quant_ ? (*post_quant_)(h) : h);
  h = (*decoder_middle_)(h);
  for (const AutoencoderLevel& level : up_) {
    for (const Residual& block : level.blocks) h = block(h);
    if (level.resize) h = (*level.resize)(at::upsample_nearest2d(h, {2 * h.size(2), 2 * h.size(3)}));
  }
  h = silu_norm(decoder_norm_, h);
  return decoder_out_(h);
}

}  // namespace ksampler
