#include "host/model/picture/pictures.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/picture/tiles.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/isfinite.h>

#include <algorithm>
#include <functional>

namespace ksampler {
namespace {

// Item by item, so that a batch takes no more memory than one.
at::Tensor each(const at::Tensor& batch, const std::function<at::Tensor(const at::Tensor&)>& function) {
  std::vector<at::Tensor> items;
  for (std::int64_t i = 0; i < batch.size(0); ++i) items.push_back(function(batch.narrow(0, i, 1)));
  return at::cat(items);
}

bool is_finite(const at::Tensor& x) { return at::isfinite(x).all().item<bool>(); }

// NaN would be a black picture. What goes in with NaN already is none of the autoencoder's fault.
void check_overflow(const Autoencoder& autoencoder, const at::Tensor& in, const at::Tensor& out) {
  if (autoencoder.options().dtype() != at::kHalf || is_finite(out) || !is_finite(in)) return;
  throw Error(
      "the autoencoder overflows in float16, as SDXL's is known for: what it gives holds NaN or "
      "infinity; use '--vae-dtype bf16', or 'fp32'");
}

using Half = at::Tensor (Autoencoder::*)(const at::Tensor&) const;

// `half` (decode or encode) of what comes from the CPU as float32 and goes back as that.
TileFunction through(const Autoencoder& autoencoder, Half half) {
  return [&autoencoder, half](const at::Tensor& in) {
    const at::Tensor out = (autoencoder.*half)(in.to(autoencoder.options())).to(at::kCPU, at::kFloat);
    check_overflow(autoencoder, in, out);
    return out;
  };
}

TileFunction decoder(const Autoencoder& autoencoder) {
  return through(autoencoder, &Autoencoder::decode);
}

TileFunction encoder(const Autoencoder& autoencoder) {
  return through(autoencoder, &Autoencoder::encode);
}

void check_latents(const Autoencoder& autoencoder, const at::Tensor& latents) {
  if (latents.dim() == 4 && latents.size(1) == autoencoder.channels()) return;
  throw Error(
      sentence("this autoencoder's latents have {} channels; the latent has {}: it is another model's",
               autoencoder.channels(), latents.dim() == 4 ? latents.size(1) : 0));
}

// -1 to 1 as the network has it, channels first; and back. What has no alpha is opaque.
at::Tensor to_network(const Autoencoder& autoencoder, const at::Tensor& pictures) {
  const std::int64_t channels = autoencoder.picture_channels();
  at::Tensor taken = pictures.narrow(3, 0, std::min(channels, pictures.size(3)));
  if (taken.size(3) < channels) {
    taken = at::constant_pad_nd(taken, {0, channels - taken.size(3)}, 1.0);
  }
  return (taken * 2.0 - 1.0).permute({0, 3, 1, 2}).contiguous();
}
at::Tensor from_network(const at::Tensor& decoded) {
  return ((decoded + 1.0) / 2.0).clamp(0.0, 1.0).permute({0, 2, 3, 1}).contiguous();
}

// In `unit` pixels.
TileSize tile_size(PictureTiles tiles, std::int64_t unit) {
  return {.height = tiles.size / unit, .width = tiles.size / unit, .overlap = tiles.overlap / unit};
}

}  // namespace

at::Tensor decode_pictures(const Autoencoder& autoencoder, const at::Tensor& latents) {
  check_latents(autoencoder, latents);
  return from_network(each(latents, decoder(autoencoder)));
}

at::Tensor decode_pictures(const Autoencoder& autoencoder, const at::Tensor& latents,
                           PictureTiles tiles) {
  check_latents(autoencoder, latents);
  const std::int64_t scale = autoencoder.scale();
  tiles.overlap = std::min(tiles.overlap, tiles.size / 4);
  return from_network(
      in_three_tilings(latents, tile_size(tiles, scale), {.multiply = scale}, decoder(autoencoder)));
}

at::Tensor cut_to_scale(const at::Tensor& pictures, std::int64_t scale) {
  at::Tensor cut = pictures;
  for (const std::int64_t dimension : {1, 2}) {
    const std::int64_t size = pictures.size(dimension);
    if (size < scale) {
      throw Error(
          sentence("a picture of {} by {} pixels is less than one latent cell, which is {} by {}",
                   pictures.size(2), pictures.size(1), scale, scale));
    }
    cut = cut.narrow(dimension, size % scale / 2, size / scale * scale);
  }
  return cut;
}

at::Tensor encode_pictures(const Autoencoder& autoencoder, const at::Tensor& pictures) {
  return each(to_network(autoencoder, cut_to_scale(pictures, autoencoder.scale())),
              encoder(autoencoder));
}

at::Tensor encode_pictures(const Autoencoder& autoencoder, const at::Tensor& pictures,
                           PictureTiles tiles) {
  const std::int64_t scale = autoencoder.scale();
  return in_three_tilings(to_network(autoencoder, cut_to_scale(pictures, scale)), tile_size(tiles, 1),
                          {.divide = scale}, encoder(autoencoder));
}

}  // namespace ksampler
