#include "host/model/denoise/concat.hpp"

#include "host/pictures/resize.hpp"

#include <ATen/ops/cat.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros_like.h>

namespace ksampler {
namespace {

// Cut and stretched to the size of the latent, and an item for each of its.
at::Tensor fitted(const at::Tensor& given, const at::Tensor& latent, std::int64_t scale = 1) {
  const Size size{.width = scale * latent.size(3), .height = scale * latent.size(2)};
  const bool fits = given.size(3) == size.width && given.size(2) == size.height;
  return spread_to_batch(fits ? given : resized(given, size, "bilinear", "center"), latent.size(0));
}

// [B,1,H,W] of a mask of any channels, as values like the latent's.
at::Tensor one_channel(const at::Tensor& mask, const at::Tensor& latent) {
  return mask.narrow(1, 0, 1).to(latent.options());
}

const at::Tensor& mask_of(const ConcatSource& source) {
  const at::Tensor& own = source.conditioning.concat_mask;
  return own.defined() ? own : source.mask;
}

at::Tensor given_picture(const ConcatSource& source) {
  return source.conditioning.concat_latent.to(source.latent.options());
}

// A grey picture's latent, in which nothing is left of the one that is inpainted: the figures that
// ComfyUI takes for it.
at::Tensor grey_like(const at::Tensor& latent) {
  const at::Tensor grey = at::tensor({0.8223, -0.6876, 0.6364, 0.1380}, latent.options());
  return grey.view({1, 4, 1, 1}).expand_as(latent);
}

at::Tensor mask_and_picture(const ConcatSource& source) {
  const at::Tensor& latent = source.latent;
  const at::Tensor& mask = mask_of(source);
  if (!mask.defined()) return at::cat({at::ones_like(latent.narrow(1, 0, 1)), grey_like(latent)}, 1);
  const at::Tensor picture = source.conditioning.concat_latent.defined()
                                 ? source.format.to_model(given_picture(source))
                                 : latent;
  return at::cat({fitted(one_channel(mask, latent), latent).round(), fitted(picture, latent)}, 1);
}

at::Tensor unscaled_picture(const ConcatSource& source) {
  if (!source.conditioning.concat_latent.defined()) return at::zeros_like(source.latent);
  return fitted(given_picture(source), source.latent);
}

at::Tensor scaled_picture(const ConcatSource& source) {
  return source.format.to_model(unscaled_picture(source));
}

// Rows and columns of the pixels within a cell are channels.
at::Tensor picture_and_pixels_of_mask(const ConcatSource& source) {
  const at::Tensor& latent = source.latent;
  const at::Tensor& mask = mask_of(source);
  const std::int64_t side = source.format.pixels;
  const at::Tensor pixels = fitted(
      mask.defined() ? one_channel(mask, latent) : at::ones_like(latent.narrow(1, 0, 1)), latent, side);
  const at::Tensor cells = pixels.view({latent.size(0), latent.size(2), side, latent.size(3), side})
                               .permute({0, 2, 4, 1, 3})
                               .reshape({latent.size(0), side * side, latent.size(2), latent.size(3)});
  return at::cat({scaled_picture(source), cells}, 1);
}

}  // namespace

MakeConcat unet_concat(const LatentFormat& format, std::int64_t more) {
  return more == format.channels + 1 ? mask_and_picture : nullptr;
}

MakeConcat sd1_concat(const LatentFormat& format, std::int64_t more) {
  return more == format.channels ? unscaled_picture : unet_concat(format, more);
}

MakeConcat flux_concat(const LatentFormat& format, std::int64_t more) {
  if (more == format.channels) return scaled_picture;
  const std::int64_t of_mask = format.pixels * format.pixels;
  return more == format.channels + of_mask ? picture_and_pixels_of_mask : nullptr;
}

}  // namespace ksampler
