#include "host/model/network/wan_autoencoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <cmath>

namespace ksampler {

bool WanAutoencoder::is_in(const Weights& weights) {
  return weights.has("decoder.middle.0.residual.0.gamma");
}

// [out,in,t,k,k] or [out,in,k,k]: its last slice in time.
Conv WanAutoencoder::load_slice(const Weights& weights, const std::string& name, std::int64_t in) {
  const std::vector<std::int64_t> shape = weights.shape(name + ".weight");
  const bool in_time = shape.size() == 5;
  if (!in_time && shape.size() != 4) {
    throw Error({weights.file()->file().string()},
                sentence("tensor '{}{}.weight' has shape {}; expected that of a convolution",
                         weights.prefix(), name, shape_text(shape)));
  }
  const std::int64_t size = shape.back();
  const at::Tensor whole =
      in_time
          ? weights.get(name + ".weight", {shape[0], in, kAnySize, size, size}).select(2, shape[2] - 1)
          : weights.get(name + ".weight", {shape[0], in, size, size});
  return {.weight = whole.contiguous(),
          .bias = weights.get(name + ".bias", {shape[0]}),
          .padding = size / 2};
}

WanAutoencoder::Norm WanAutoencoder::load_norm(const Weights& weights, const std::string& name,
                                               std::int64_t channels) {
  const std::string tensor = name + ".gamma";
  std::vector<std::int64_t> shape(weights.shape(tensor).size(), 1);
  if (!shape.empty()) shape[0] = channels;
  const at::Tensor gamma = weights.get(tensor, shape).reshape({1, channels, 1, 1});
  return {gamma * std::sqrt(static_cast<double>(channels))};
}

WanAutoencoder::ResidualBlock WanAutoencoder::load_block(const Weights& weights, std::int64_t in) {
  Conv conv1 = load_slice(weights, "residual.2", in);
  const std::int64_t out = conv1.channels_out();
  ResidualBlock block{.norm1 = load_norm(weights, "residual.0", in),
                      .norm2 = load_norm(weights, "residual.3", out),
                      .conv1 = std::move(conv1),
                      .conv2 = load_slice(weights, "residual.6", out)};
  if (in != out) block.skip = load_slice(weights, "shortcut", in);
  return block;
}

// `channels` goes in as what they get and comes out as what they give.
std::vector<WanAutoencoder::Step> WanAutoencoder::load_steps(const Weights& weights,
                                                             std::int64_t& channels,
                                                             std::int64_t& scale) {
  std::vector<Step> steps;
  const std::int64_t count = count_of(weights, "");
  for (std::int64_t i = 0; i < count; ++i) {
    const Weights step = weights.within(std::to_string(i) + ".");
    if (step.has_any("residual.")) {
      ResidualBlock block = load_block(step, channels);
      channels = block.conv2.channels_out();
      steps.emplace_back(std::move(block));
      continue;
    }
    step.pass_over("time_conv.");
    Conv conv = load_slice(step, "resample.1", channels);
    const bool up = conv.channels_out() != channels;
    if (!up) {
      conv.stride = 2;
      conv.padding = 0;  // padded on one side only, where it runs
    }
    channels = conv.channels_out();
    scale *= 2;
    steps.emplace_back(Resize{std::move(conv), up});
  }
  return steps;
}

WanAutoencoder::Middle WanAutoencoder::load_middle(const Weights& weights, std::int64_t channels) {
  return {.first = load_block(weights.within("0."), channels),
          .last = load_block(weights.within("2."), channels),
          .norm = load_norm(weights, "1.norm", channels),
          .qkv = load_slice(weights, "1.to_qkv", channels),
          .proj = load_slice(weights, "1.proj", channels)};
}

WanAutoencoder::Head WanAutoencoder::load_head(const Weights& weights, std::int64_t channels) {
  return {.norm = load_norm(weights, "0", channels), .conv = load_slice(weights, "2", channels)};
}

WanAutoencoder::WanAutoencoder(const Weights& weights) {
  const Weights encoder = weights.within("encoder.");
  encoder_in_ = load_slice(encoder, "conv1", 3);
  std::int64_t channels = encoder_in_.channels_out();
  down_ = load_steps(encoder.within("downsamples."), channels, scale_);
  encoder_middle_ = load_middle(encoder.within("middle."), channels);
  encoder_head_ = load_head(encoder.within("head."), channels);
  const std::int64_t moments = encoder_head_.conv.channels_out();
  channels_ = moments / 2;
  quant_ = load_slice(weights, "conv1", moments);
  post_quant_ = load_slice(weights, "conv2", channels_);

  const Weights decoder = weights.within("decoder.");
  decoder_in_ = load_slice(decoder, "conv1", channels_);
  channels = decoder_in_.channels_out();
  decoder_middle_ = load_middle(decoder.within("middle."), channels);
  std::int64_t decoder_scale = 1;
  up_ = load_steps(decoder.within("upsamples."), channels, decoder_scale);
  decoder_head_ = load_head(decoder.within("head."), channels);
  if (decoder_scale == scale_ && decoder_head_.conv.channels_out() == 3) return;
  throw Error(
      {weights.file()->file().string()},
      sentence("the autoencoder's encoder scales by {}, its decoder by {} to {} channels; expected "
               "the same, and 3",
               scale_, decoder_scale, decoder_head_.conv.channels_out()));
}

at::Tensor WanAutoencoder::Norm::operator()(const at::Tensor& x) const {
  constexpr double kLeast = 1e-12;  // of a length that is divided by
  const at::Tensor length =
      at::linalg_vector_norm(x, 2, at::IntArrayRef{1}, /*keepdim=*/true, at::kFloat);
  return x * (gamma / length.clamp_min(kLeast)).to(x.scalar_type());
}

at::Tensor WanAutoencoder::run(const ResidualBlock& block, const at::Tensor& x) {
  at::Tensor h = block.norm1(x);
  h = block.conv1(at::silu_(h));
  h = block.norm2(h);
  h = block.conv2(at::silu_(h));
  return h.add_(block.skip ? (*block.skip)(x) : x);
}

at::Tensor WanAutoencoder::run(const Resize& resize, const at::Tensor& x) {
  if (!resize.up) return resize.conv(at::constant_pad_nd(x, {0, 1, 0, 1}));
  return resize.conv(at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}));
}

at::Tensor WanAutoencoder::run(const Middle& middle, const at::Tensor& x) {
  const at::Tensor h = run(middle.first, x);
  const std::vector<at::Tensor> qkv = to_tokens(middle.qkv(middle.norm(h))).chunk(3, -1);
  const at::Tensor mixed = attention(qkv[0].contiguous(), qkv[1].contiguous(), qkv[2].contiguous(),
                                     /*heads=*/1);
  return run(middle.last, middle.proj(from_tokens(mixed, h)) + h);
}

at::Tensor WanAutoencoder::run(const Head& head, const at::Tensor& x) {
  at::Tensor h = head.norm(x);
  return head.conv(at::silu_(h));
}

at::Tensor WanAutoencoder::encode(const at::Tensor& pictures) const {
  at::Tensor h = encoder_in_(pictures);
  for (const Step& step : down_) {
    h = std::visit([&](const auto& each) { return run(each, h); }, step);
  }
  h = run(encoder_head_, run(encoder_middle_, h));
  return quant_(h).narrow(1, 0, channels_).contiguous();  // the rest is the log of the variance
}

at::Tensor WanAutoencoder::decode(const at::Tensor& latents) const {
  at::Tensor h = run(decoder_middle_, decoder_in_(post_quant_(latents)));
  for (const Step& step : up_) {
    h = std::visit([&](const auto& each) { return run(each, h); }, step);
  }
  return run(decoder_head_, h);
}

}  // namespace ksampler
