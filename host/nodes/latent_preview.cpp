#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace ksampler {
namespace {

// Latent channels to RGB, 0 to 1. Three channels are a picture already, -1 to 1. Four are taken for
// Stable Diffusion 1's: the linear fit of its autoencoder that previews commonly use (the figures are
// those published by Keturn in the diffusers project's forum, 2022). Others show their first channel.
at::Tensor to_rgb(const at::Tensor& samples) {
  const std::int64_t channels = samples.size(1);
  if (channels == 3) return (samples + 1.0) * 0.5;
  if (channels == 4) {
    static const double kFactors[4][3] = {
        {0.298, 0.207, 0.208}, {0.187, 0.286, 0.173}, {-0.158, 0.189, 0.264}, {-0.184, -0.271, -0.473}};
    at::Tensor factors = at::empty({3, 4});
    for (int c = 0; c < 4; ++c) {
      for (int rgb = 0; rgb < 3; ++rgb) factors[rgb][c] = kFactors[c][rgb];
    }
    return (at::conv2d(samples, factors.view({3, 4, 1, 1})) + 1.0) * 0.5;
  }
  return (samples.narrow(1, 0, 1).expand({-1, 3, -1, -1}) + 1.0) * 0.5;
}

}  // namespace

std::vector<Value> run_latent_preview(const NodeContext&, const Inputs& in) {
  at::Tensor rgb = to_rgb(in.link<LatentValue>("samples").samples).clamp(0.0, 1.0);
  const std::int64_t scale = in.integer("scale");
  if (scale > 1)
    rgb = at::upsample_nearest2d(rgb.contiguous(), {rgb.size(2) * scale, rgb.size(3) * scale});
  return {ImageValue(rgb.permute({0, 2, 3, 1}).contiguous())};
}

}  // namespace ksampler
