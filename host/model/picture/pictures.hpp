// Pictures and latents, as the nodes pass them: pictures [B,H,W,3], or 4 with alpha where the
// autoencoder has that, 0 to 1, and latents [B,C,h,w], both float32 on the CPU.
#ifndef KSAMPLER_MODEL_PICTURE_PICTURES_HPP
#define KSAMPLER_MODEL_PICTURE_PICTURES_HPP

#include "host/model/network/autoencoder.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ksampler {

// Tiles of `size` pixels by `size`. As in ComfyUI, decoding takes an overlap of at most a quarter of
// that; encoding takes what it is given, and throws Error where a tile of half the size has no more.
struct PictureTiles {
  std::int64_t size = 512;
  std::int64_t overlap = 64;
};

// Throws Error where the latent has another number of channels than the autoencoder, or where that
// overflows in float16.
at::Tensor decode_pictures(const Autoencoder& autoencoder, const at::Tensor& latents);
at::Tensor decode_pictures(const Autoencoder& autoencoder, const at::Tensor& latents,
                           PictureTiles tiles);

// The middle of the pictures, in sizes that are multiples of the autoencoder's scale. Throws Error
// where they are smaller than that.
at::Tensor cut_to_scale(const at::Tensor& pictures, std::int64_t scale);

// Pictures are cut first.
at::Tensor encode_pictures(const Autoencoder& autoencoder, const at::Tensor& pictures);
at::Tensor encode_pictures(const Autoencoder& autoencoder, const at::Tensor& pictures,
                           PictureTiles tiles);

}  // namespace ksampler

#endif
