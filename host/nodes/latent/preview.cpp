#include "host/model/family/latent_format.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/upsample_nearest2d.h>

namespace ksampler {

std::vector<Value> run_latent_preview(const NodeContext&, const Inputs& in) {
  at::Tensor samples = in.link<LatentValue>("samples").samples;
  LatentColours colours = latents_of_no_family(samples.size(1)).colours;
  if (in.has("model")) {
    const ModelSource& model = *in.link<ModelValue>("model").source;
    model.check_shape(samples.sizes());
    samples = model.latents().to_model(samples);
    colours = model.latents().colours;
  }
  at::Tensor rgb = coloured(samples, colours);
  const std::int64_t scale = in.integer("scale");
  if (scale > 1)
    rgb = at::upsample_nearest2d(rgb.contiguous(), {rgb.size(2) * scale, rgb.size(3) * scale});
  return {ImageValue(rgb.permute({0, 2, 3, 1}).contiguous())};
}

}  // namespace ksampler
