#include "host/nodes/sampling/functions.hpp"

namespace ksampler {

NodeBodies sampling_functions() {
  return {
      {"BasicGuider", run_basic_guider},
      {"BasicScheduler", run_basic_scheduler},
      {"CFGGuider", run_cfg_guider},
      {"DisableNoise", run_disable_noise},
      {"DualCFGGuider", run_dual_cfg_guider},
      {"FlipSigmas", run_flip_sigmas},
      {"KSampler", run_ksampler},
      {"KSamplerAdvanced", run_ksampler_advanced},
      {"KSamplerSelect", run_ksampler_select},
      {"ManualSigmas", run_manual_sigmas},
      {"RandomNoise", run_random_noise},
      {"SamplerCustomAdvanced", run_sampler_custom_advanced},
      {"SplitSigmas", run_split_sigmas},
      {"SplitSigmasDenoise", run_split_sigmas_denoise},
  };
}

}  // namespace ksampler
