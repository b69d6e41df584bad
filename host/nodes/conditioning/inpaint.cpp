// The nodes that show a network a picture beside the latent: InpaintModelConditioning and
// InstructPixToPixConditioning.
#include "host/base/conventions.hpp"
#include "host/model/picture/pictures.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/masked_pictures.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/zeros_like.h>

#include <utility>

namespace ksampler {
namespace {

ConditioningValue shown(const ConditioningValue& to, const at::Tensor& latent, const at::Tensor& mask) {
  ConditioningValue all = to;
  for (Conditioning& conditioning : all) {
    conditioning.concat_latent = latent;
    if (mask.defined()) conditioning.concat_mask = mask;
  }
  return all;
}

std::vector<Value> shown_to_both(const Inputs& in, const at::Tensor& picture, const at::Tensor& mask,
                                 LatentValue latent) {
  return {shown(in.link<ConditioningValue>("positive"), picture, mask),
          shown(in.link<ConditioningValue>("negative"), picture, mask), std::move(latent)};
}

}  // namespace

std::vector<Value> run_inpaint_model_conditioning(const NodeContext& context, const Inputs& in) {
  const std::shared_ptr<const Autoencoder> vae = in.link<VaeValue>("vae").hold(context.models);
  const at::Tensor& pixels = in.link<ImageValue>("pixels");
  const at::Tensor& given = in.link<MaskValue>("mask");
  warn_where_nothing_changes(context, in.node(), given);
  const MaskedPictures masked = masked_pictures(pixels, given, kCellPixels);
  LatentValue latent;
  latent.samples = encode_pictures(*vae, pixels);
  if (in.boolean("noise_mask")) latent.noise_mask = masked.mask;
  return shown_to_both(in, encode_pictures(*vae, masked.pictures), masked.mask, std::move(latent));
}

std::vector<Value> run_instruct_pix_to_pix_conditioning(const NodeContext& context, const Inputs& in) {
  const std::shared_ptr<const Autoencoder> vae = in.link<VaeValue>("vae").hold(context.models);
  const at::Tensor picture = encode_pictures(*vae, in.link<ImageValue>("pixels"));
  LatentValue latent;
  latent.samples = at::zeros_like(picture);
  return shown_to_both(in, picture, {}, std::move(latent));
}

}  // namespace ksampler
