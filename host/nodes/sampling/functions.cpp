#include "host/nodes/sampling/functions.hpp"

namespace ksampler {

NodeBodies sampling_functions() {
  return {
      {"AddNoise", run_add_noise},
      {"AlignYourStepsScheduler", run_align_your_steps_scheduler},
      {"BasicGuider", run_basic_guider},
      {"BasicScheduler", run_basic_scheduler},
      {"BetaSamplingScheduler", run_beta_sampling_scheduler},
      {"CFGGuider", run_cfg_guider},
      {"DisableNoise", run_disable_noise},
      {"DualCFGGuider", run_dual_cfg_guider},
      {"ExponentialScheduler", run_scheduler_face},
      {"ExtendIntermediateSigmas", run_extend_intermediate_sigmas},
      {"FlipSigmas", run_flip_sigmas},
      {"KSampler", run_ksampler},
      {"KSamplerAdvanced", run_ksampler_advanced},
      {"KSamplerSelect", run_ksampler_select},
      {"KarrasScheduler", run_scheduler_face},
      {"LaplaceScheduler", run_scheduler_face},
      {"ManualSigmas", run_manual_sigmas},
      {"PolyexponentialScheduler", run_scheduler_face},
      {"RandomNoise", run_random_noise},
      {"SDTurboScheduler", run_sd_turbo_scheduler},
      {"SamplerCustom", run_sampler_custom},
      {"SamplerCustomAdvanced", run_sampler_custom_advanced},
      {"SamplerDPMAdaptative", run_sampler_face},
      {"SamplerDPMPP_2M_SDE", run_sampler_face},
      {"SamplerDPMPP_2S_Ancestral", run_sampler_face},
      {"SamplerDPMPP_3M_SDE", run_sampler_face},
      {"SamplerDPMPP_SDE", run_sampler_face},
      {"SamplerER_SDE", run_sampler_er_sde},
      {"SamplerEulerAncestral", run_sampler_face},
      {"SamplerEulerAncestralCFGPP", run_sampler_face},
      {"SamplerLMS", run_sampler_face},
      {"SamplerSASolver", run_sampler_face},
      {"SamplerSEEDS2", run_sampler_face},
      {"SamplingPercentToSigma", run_sampling_percent_to_sigma},
      {"SetFirstSigma", run_set_first_sigma},
      {"SplitSigmas", run_split_sigmas},
      {"SplitSigmasDenoise", run_split_sigmas_denoise},
      {"VPScheduler", run_scheduler_face},
  };
}

}  // namespace ksampler
