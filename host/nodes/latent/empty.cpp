#include "host/base/conventions.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/zeros.h>

namespace ksampler {

std::vector<Value> run_empty_latent_image(const NodeContext&, const Inputs& in) {
  // 4 channels and 8 pixels a cell, as Stable Diffusion has them; sampling adapts the channels of an
  // empty latent to the model.
  Latent latent;
  latent.samples = at::zeros({in.integer("batch_size"), 4, in.integer("height") / kCellPixels,
                              in.integer("width") / kCellPixels});
  return {latent};
}

}  // namespace ksampler
