// VAEDecode, VAEDecodeTiled, VAEEncode, VAEEncodeTiled and VAEEncodeForInpaint.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/picture/pictures.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/masked_pictures.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones.h>

#include <utility>

namespace ksampler {
namespace {

PictureTiles tiles_of(const Inputs& in) {
  return {.size = in.integer("tile_size"), .overlap = in.integer("overlap")};
}

std::shared_ptr<const Autoencoder> held_vae(const NodeContext& context, const Inputs& in) {
  return in.link<VaeValue>("vae").hold(context.models);
}

LatentValue latent_of(at::Tensor samples) {
  LatentValue latent;
  latent.samples = std::move(samples);
  return latent;
}

// A mask of 0 and 1, grown by a square of `pixels` by `pixels`.
at::Tensor grow(const at::Tensor& mask, std::int64_t pixels) {
  if (pixels == 0) return mask;
  const at::Tensor square = at::ones({1, 1, pixels, pixels});
  return at::conv2d(mask, square, {}, 1, /*padding=*/pixels / 2).clamp(0.0, 1.0);
}

// An autoencoder has one picture for each latent.
const at::Tensor& pictures_in(const Inputs& in) {
  const auto& latent = in.link<LatentValue>("samples");
  if (latent.layers == 1) return latent.samples;
  throw Error(
      sentence("the latent is one of {} layers; put LatentCutToBatch, with dim 't', before: it makes a "
               "batch of them",
               latent.layers));
}

}  // namespace

std::vector<Value> run_vae_decode(const NodeContext& context, const Inputs& in) {
  return {ImageValue(decode_pictures(*held_vae(context, in), pictures_in(in)))};
}

std::vector<Value> run_vae_decode_tiled(const NodeContext& context, const Inputs& in) {
  return {ImageValue(decode_pictures(*held_vae(context, in), pictures_in(in), tiles_of(in)))};
}

std::vector<Value> run_vae_encode(const NodeContext& context, const Inputs& in) {
  return {latent_of(encode_pictures(*held_vae(context, in), in.link<ImageValue>("pixels")))};
}

std::vector<Value> run_vae_encode_tiled(const NodeContext& context, const Inputs& in) {
  return {
      latent_of(encode_pictures(*held_vae(context, in), in.link<ImageValue>("pixels"), tiles_of(in)))};
}

// What the mask covers is grey before it is encoded, so that nothing of it is in the latent.
std::vector<Value> run_vae_encode_for_inpaint(const NodeContext& context, const Inputs& in) {
  const std::shared_ptr<const Autoencoder> held = held_vae(context, in);
  const Autoencoder& vae = *held;
  const at::Tensor& pictures = in.link<ImageValue>("pixels");
  const at::Tensor& given = in.link<MaskValue>("mask");
  warn_where_nothing_changes(context, in.node(), given);
  const auto [covered, mask] = masked_pictures(pictures, given, vae.scale());

  const std::int64_t pixels = in.integer("grow_mask_by");
  const at::Tensor grown = pixels == 0 ? mask : grow(mask.round(), pixels);
  LatentValue latent = latent_of(encode_pictures(vae, covered));
  latent.noise_mask = grown.narrow(2, 0, mask.size(2)).narrow(3, 0, mask.size(3)).round().contiguous();
  return {latent};
}

}  // namespace ksampler
