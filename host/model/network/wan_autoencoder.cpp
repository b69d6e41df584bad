#include "host/model/network/wan_autoencoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <ATen/ops/zeros_like.h>

#include <cmath>

namespace ksampler {
namespace {

// Of red, green and blue, or with alpha, too. (Those of Wan 2.2 take 2 by 2 pixels at once.)
std::int64_t channels_of_pictures(const Weights& encoder) {
  const std::string name = "conv1.weight";
  const std::vector<std::int64_t> shape = encoder.shape(name);
  if (shape.size() >= 2 && (shape[1] == 3 || shape[1] == 4)) return shape[1];
  throw Error({encoder.file()->file().string()},
              sentence("tensor '{}{}' has shape {}; expected a convolution of 3 channels, or of 4 with "
                       "alpha",
                       encoder.prefix(), name, shape_text(shape)));
}

// What goes past a level must be whole groups of channels.
void check_past(const Weights& weights, std::int64_t level, std::int64_t in, std::int64_t out,
                bool up) {
  const bool whole = up ? out * 4 % in == 0 : in * 4 % out == 0;
  if (whole) return;
  throw Error(
      {weights.file()->file().string()},
      sentence("under '{}{}.' {} channels become {}; expected {}", weights.prefix(), level, in, out,
               up ? "a multiple of a quarter of them" : "a divisor of four times as many"));
}

// [B,C,H,W] to [B,out,H/side,W/side]: of the cells of each square, channel by channel, as many means as
// are wanted. Of a level that halves the frames as well, the other one is before the picture: zero.
at::Tensor averaged(const at::Tensor& x, std::int64_t out, std::int64_t frames, std::int64_t side) {
  const std::int64_t rows = x.size(2) / side;
  const std::int64_t columns = x.size(3) / side;
  at::Tensor cells = x.reshape({x.size(0), x.size(1), 1, rows, side, columns, side})
                         .permute({0, 1, 2, 4, 6, 3, 5});  // [B,C,1,side,side,h,w]
  if (frames == 2) cells = at::cat({at::zeros_like(cells), cells}, 2);
  return cells.reshape({x.size(0), out, -1, rows, columns}).mean(2);
}

// [B,C,H,W] to [B,out,2H,2W]: the channels repeated, and laid out as the cells of each square; of two
// frames, the last.
at::Tensor repeated(const at::Tensor& x, std::int64_t out, std::int64_t frames) {
  const std::int64_t repeats = out * frames * 4 / x.size(1);
  return x.repeat_interleave(repeats, 1)
      .reshape({x.size(0), out, frames, 2, 2, x.size(2), x.size(3)})
      .select(2, frames - 1)
      .permute({0, 1, 4, 2, 5, 3})
      .reshape({x.size(0), out, 2 * x.size(2), 2 * x.size(3)});
}

}  // namespace

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

// `channels` goes in as what it gets and comes out as what it gives.
WanAutoencoder::Step WanAutoencoder::load_step(const Weights& weights, bool up,
                                               std::int64_t& channels) {
  if (weights.has_any("residual.")) {
    ResidualBlock block = load_block(weights, channels);
    channels = block.conv2.channels_out();
    return block;
  }
  const bool in_time = weights.has_any("time_conv.");
  weights.pass_over("time_conv.");
  Conv conv = load_slice(weights, "resample.1", channels);
  channels = conv.channels_out();
  if (!up) {
    conv.stride = 2;
    conv.padding = 0;  // padded on one side only, where it runs
  }
  return Resize{std::move(conv), up, in_time};
}

// Wan 2.1's are one step each.
WanAutoencoder::Level WanAutoencoder::load_level(const Weights& weights, bool up,
                                                 std::int64_t& channels) {
  const char* const list = up ? "upsamples." : "downsamples.";
  if (!weights.has_any(list)) return {.steps = {load_step(weights, up, channels)}};
  Level level;
  for (std::int64_t i = 0; i < count_of(weights, list); ++i) {
    level.steps.push_back(load_step(weights.within(list + std::to_string(i) + "."), up, channels));
  }
  level.channels = channels;
  // Down, the last level, which keeps the size, has it, too; up, it does not.
  level.past = !up || std::holds_alternative<Resize>(level.steps.back());
  return level;
}

std::vector<WanAutoencoder::Level> WanAutoencoder::load_levels(const Weights& weights, bool up,
                                                               std::int64_t& channels) {
  std::vector<Level> levels;
  const std::int64_t count = count_of(weights, "");
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t in = channels;
    levels.push_back(load_level(weights.within(std::to_string(i) + "."), up, channels));
    if (levels.back().past) check_past(weights, i, in, channels, up);
  }
  return levels;
}

std::int64_t WanAutoencoder::scale_of(const std::vector<Level>& levels) {
  std::int64_t scale = 1;
  for (const Level& level : levels) {
    if (std::holds_alternative<Resize>(level.steps.back())) scale *= 2;
  }
  return scale;
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
  picture_channels_ = channels_of_pictures(encoder);
  encoder_in_ = load_slice(encoder, "conv1", picture_channels_);
  std::int64_t channels = encoder_in_.channels_out();
  down_ = load_levels(encoder.within("downsamples."), /*up=*/false, channels);
  scale_ = scale_of(down_);
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
  up_ = load_levels(decoder.within("upsamples."), /*up=*/true, channels);
  decoder_head_ = load_head(decoder.within("head."), channels);
  const std::int64_t decoder_scale = scale_of(up_);
  if (decoder_scale == scale_ && decoder_head_.conv.channels_out() == picture_channels_) return;
  throw Error(
      {weights.file()->file().string()},
      sentence("the autoencoder's encoder scales by {}, its decoder by {} to {} channels; expected "
               "the same, and {}",
               scale_, decoder_scale, decoder_head_.conv.channels_out(), picture_channels_));
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

at::Tensor WanAutoencoder::run(const Level& level, const at::Tensor& x) {
  at::Tensor h = x;
  for (const Step& step : level.steps) {
    h = std::visit([&](const auto& each) { return run(each, h); }, step);
  }
  if (!level.past) return h;
  const Resize* const resize = std::get_if<Resize>(&level.steps.back());
  const std::int64_t side = resize == nullptr ? 1 : 2;
  const std::int64_t frames = resize != nullptr && resize->in_time ? 2 : 1;
  const bool up = resize != nullptr && resize->up;
  return h.add_(up ? repeated(x, level.channels, frames) : averaged(x, level.channels, frames, side));
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
  for (const Level& level : down_) h = run(level, h);
  h = run(encoder_head_, run(encoder_middle_, h));
  return quant_(h).narrow(1, 0, channels_).contiguous();  // the rest is the log of the variance
}

at::Tensor WanAutoencoder::decode(const at::Tensor& latents) const {
  at::Tensor h = run(decoder_middle_, decoder_in_(post_quant_(latents)));
  for (const Level& level : up_) h = run(level, h);
  return run(decoder_head_, h);
}

}  // namespace ksampler
