#include "host/nodes/functions.hpp"

#include "host/nodes/node_list.hpp"

namespace ksampler {

const std::map<std::string, NodeImplementation>& node_functions() {
  static const std::map<std::string, NodeImplementation> functions = {
      {"KSampler", &run_ksampler},
      {"KSamplerAdvanced", &run_ksampler_advanced},
      {"EmptyLatentImage", &run_empty_latent_image},
      {"LoadLatent", &run_load_latent},
      {"SaveLatent", &run_save_latent},
      {"LatentPreview", &run_latent_preview},
      {"ImageGrid", &run_image_grid},
      {"SaveImage", &run_save_image},
      {"LoadMask", &run_load_mask},
      {"SetLatentNoiseMask", &run_set_latent_noise_mask},
      {"ToyDenoiser", &run_toy_denoiser},
      {"ToyConditioning", &run_toy_conditioning},
      {"ConditioningCombine", &run_conditioning_combine},
      {"PictureDenoiser", &run_picture_denoiser},
      {"ClassConditioning", &run_class_conditioning},
      {"RandomNoise", &run_random_noise},
      {"DisableNoise", &run_disable_noise},
      {"CFGGuider", &run_cfg_guider},
      {"BasicGuider", &run_basic_guider},
      {"DualCFGGuider", &run_dual_cfg_guider},
      {"KSamplerSelect", &run_ksampler_select},
      {"BasicScheduler", &run_basic_scheduler},
      {"ManualSigmas", &run_manual_sigmas},
      {"SplitSigmas", &run_split_sigmas},
      {"SplitSigmasDenoise", &run_split_sigmas_denoise},
      {"FlipSigmas", &run_flip_sigmas},
      {"SamplerCustomAdvanced", &run_sampler_custom_advanced},
      {"ConditioningSetArea", &run_conditioning_set_area},
      {"ConditioningSetMask", &run_conditioning_set_mask},
      {"ConditioningSetTimestepRange", &run_conditioning_set_timestep_range},
  };
  return functions;
}

}  // namespace ksampler
