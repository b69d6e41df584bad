#include "host/model/family/latent_format.hpp"

namespace ksampler {
namespace {

// Fitted to what the autoencoder decodes. Stable Diffusion 1.4's: Keturn in the diffusers project's
// forum, 2022. SDXL's: T. A. Vass, "Explaining the SDXL latent space", 2023, where white is 255 and
// grey 127.5.
const LatentColours kStableDiffusionColours = {.offset = {},
                                               .factors = {{0.298, 0.207, 0.208},
                                                           {0.187, 0.286, 0.173},
                                                           {-0.158, 0.189, 0.264},
                                                           {-0.184, -0.271, -0.473}}};
const LatentColours kSdxlColours = {.offset = {150 / 127.5 - 1, 140 / 127.5 - 1, 130 / 127.5 - 1},
                                    .factors = {{60 / 127.5, 60 / 127.5, 60 / 127.5},
                                                {-60 / 127.5, -5 / 127.5, 10 / 127.5},
                                                {25 / 127.5, 15 / 127.5, -5 / 127.5},
                                                {-70 / 127.5, -50 / 127.5, -35 / 127.5}}};

}  // namespace

LatentFormat stable_diffusion_latents() {
  return {.channels = 4, .pixels = 8, .scale = 0.18215, .colours = kStableDiffusionColours};
}

LatentFormat sdxl_latents() {
  return {.channels = 4, .pixels = 8, .scale = 0.13025, .colours = kSdxlColours};
}

LatentFormat latents_of_no_family(std::int64_t channels) {
  LatentFormat latents{.channels = channels};
  if (channels == 4) latents.colours = kStableDiffusionColours;
  return latents;
}

}  // namespace ksampler
