// What a family's latents are: how many channels, how large a cell is, how they are scaled, how they
// look.
#ifndef KSAMPLER_MODEL_FAMILY_LATENT_FORMAT_HPP
#define KSAMPLER_MODEL_FAMILY_LATENT_FORMAT_HPP

#include "host/base/conventions.hpp"
#include "host/model/family/latent_colours.hpp"

#include <cstdint>
#include <vector>

namespace ksampler {

struct LatentFormat {
  std::int64_t channels = 4;
  std::int64_t pixels = kCellPixels;  // of the picture, that a cell is wide and high
  // What a latent of the autoencoder is multiplied by before it is sampled, so that its variance is
  // about 1; divided by after.
  double scale = 1.0;
  double shift = 0.0;  // what is taken off before that, so that its mean is about 0
  // Or, of each channel, its mean and its deviation. Empty: as above.
  std::vector<double> means = {};
  std::vector<double> deviations = {};
  // How a latent is shown while it is sampled.
  LatentColours colours = plain_colours(channels);
  // Or by a small decoder, whose file begins with this name (TAESD and its like). Empty: none is known.
  const char* tiny_decoder = "";

  // (latent - shift) scale, or (latent - mean) / deviation, and back.
  at::Tensor to_model(const at::Tensor& latent) const;
  at::Tensor from_model(const at::Tensor& latent) const;
  // Whether an empty latent is not one of the model's, too.
  bool shifts() const { return shift != 0.0 || !means.empty(); }
};

// Of Stable Diffusion 1 and 2 (Rombach et al. 2022), and of SDXL (Podell et al. 2023).
LatentFormat stable_diffusion_latents();
LatentFormat sdxl_latents();

// Of Stable Diffusion 3 (Esser et al. 2024), and of Flux.1 (Black Forest Labs 2024) and Z-Image.
LatentFormat sd3_latents();
LatentFormat flux_latents();
// Of Flux.2 (Black Forest Labs 2025).
LatentFormat flux2_latents();
// Of Wan 2.1 (Alibaba 2025), which Qwen-Image shares.
LatentFormat wan_latents();
// Of Qwen-Image 2.1 (Alibaba 2026).
LatentFormat qwen_image21_latents();

// Of a model of no family: shown as Stable Diffusion's where they have as many channels.
LatentFormat latents_of_no_family(std::int64_t channels);

}  // namespace ksampler

#endif
