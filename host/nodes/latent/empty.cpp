#include "host/base/conventions.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/zeros.h>

namespace ksampler {

namespace {

Latent empty_latent(const Inputs& in, std::int64_t channels, std::int64_t pixels = kCellPixels) {
  Latent latent;
  latent.samples = at::zeros({in.integer("batch_size"), channels, in.integer("height") / pixels,
                              in.integer("width") / pixels});
  latent.cell_pixels = pixels;
  return latent;
}

}  // namespace

// Sampling adapts the channels and the size of an empty latent to the model.
std::vector<Value> run_empty_latent_image(const NodeContext&, const Inputs& in) {
  return {empty_latent(in, 4)};
}

std::vector<Value> run_empty_sd3_latent_image(const NodeContext&, const Inputs& in) {
  return {empty_latent(in, 16)};
}

std::vector<Value> run_empty_flux2_latent_image(const NodeContext&, const Inputs& in) {
  return {empty_latent(in, 128, 16)};
}

// One layer more than asked for: the picture as a whole.
std::vector<Value> run_empty_qwen_image_layered_latent_image(const NodeContext&, const Inputs& in) {
  Latent latent;
  latent.layers = in.integer("layers") + 1;
  latent.samples =
      at::zeros({in.integer("batch_size"), 16, latent.layers * (in.integer("height") / kCellPixels),
                 in.integer("width") / kCellPixels});
  latent.cell_pixels = kCellPixels;
  return {latent};
}

}  // namespace ksampler
