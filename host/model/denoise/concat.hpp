// What some networks are shown beside the latent that they denoise, in further channels: a picture, or
// a mask and the picture without what it covers ("c_concat" of latent diffusion and ComfyUI).
#ifndef KSAMPLER_MODEL_DENOISE_CONCAT_HPP
#define KSAMPLER_MODEL_DENOISE_CONCAT_HPP

#include "host/model/denoise/conditioning.hpp"
#include "host/model/family/latent_format.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ksampler {

struct ConcatSource {
  const Conditioning& conditioning;  // its concat_latent and concat_mask, where it has them
  const at::Tensor& latent;          // [B,C,H,W] that the run begins with, as the model wants it
  const at::Tensor& mask;            // [B,C,H,W], where it may change, 0 to 1; undefined: everywhere
  const LatentFormat& format;
};

// Gives [B,n,H,W], of the size of the latent.
using MakeConcat = at::Tensor (*)(const ConcatSource& source);

// How `more` further channels are made for a network of the kind; null: not known.

// Stable Diffusion's inpainting (C + 1: the mask, 1 where the picture is made anew, then the picture's
// latent, in which that was grey).
MakeConcat unet_concat(const LatentFormat& format, std::int64_t more);
// SD 1's, besides: InstructPix2Pix (C: a picture's latent as the autoencoder gives it; Brooks et al.
// 2023, 2211.09800).
MakeConcat sd1_concat(const LatentFormat& format, std::int64_t more);
// Flux.1's Depth and Canny (C: a picture's latent), and Fill (that, and the mask's 8 by 8 pixels of
// each cell as 64 channels).
MakeConcat flux_concat(const LatentFormat& format, std::int64_t more);

}  // namespace ksampler

#endif
