#include "host/nodes/model/functions.hpp"

namespace ksampler {

NodeBodies model_functions() {
  return {
      {"DifferentialDiffusion", run_differential_diffusion},
      {"ModelNoiseScale", run_model_noise_scale},
      {"ModelSamplingAuraFlow", run_model_sampling_aura_flow},
      {"ModelSamplingContinuousEDM", run_model_sampling_continuous_edm},
      {"ModelSamplingContinuousV", run_model_sampling_continuous_v},
      {"ModelSamplingDiscrete", run_model_sampling_discrete},
      {"ModelSamplingFlux", run_model_sampling_flux},
      {"ModelSamplingSD3", run_model_sampling_sd3},
      {"PictureDenoiser", run_picture_denoiser},
      {"ToyDenoiser", run_toy_denoiser},
  };
}

}  // namespace ksampler
