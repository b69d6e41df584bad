#include "host/model/family/latent_colours.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/upsample_nearest2d.h>

namespace ksampler {

std::vector<Value> run_latent_preview(const NodeContext&, const Inputs& in) {
  at::Tensor samples = in.link<LatentValue>("samples").samples;
  LatentColours colours = known_colours(samples.size(1), 1.0);
  if (in.has("model")) {
    const Denoiser& model = *in.link<ModelValue>("model");
    model.check_shape(samples.sizes());
    samples = samples * model.latent_scale();
    colours = model.colours();
  }
  at::Tensor rgb = coloured(samples, colours);
  const std::int64_t scale = in.integer("scale");
  if (scale > 1)
    rgb = at::upsample_nearest2d(rgb.contiguous(), {rgb.size(2) * scale, rgb.size(3) * scale});
  return {ImageValue(rgb.permute({0, 2, 3, 1}).contiguous())};
}

}  // namespace ksampler
