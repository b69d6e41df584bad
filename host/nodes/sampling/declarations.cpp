#include "host/nodes/declarations.hpp"

#include "host/graph/linked_value.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

constexpr declare::Range kLevels = {0, 5000};

// Inputs that several sampling nodes share, with ComfyUI's names, ranges and defaults.
InputDecl steps_input() {
  return declare::integer("steps", {1, 10000}, 20, "Steps from noise to picture.");
}

InputDecl cfg_input() {
  return declare::number(
      "cfg", {0, 100}, 8.0,
      "How far from the negative prediction to the positive and beyond; 1 is the positive alone.");
}

InputDecl sampler_name_input() {
  return declare::sampler("sampler_name", "How each step is taken: `ksampler list samplers`.");
}

InputDecl scheduler_input() {
  return declare::scheduler("scheduler", "Where the noise levels lie: `ksampler list schedulers`.");
}

InputDecl positive_input() { return declare::link("positive", "CONDITIONING", "What is wanted."); }

InputDecl negative_input() {
  return declare::link("negative", "CONDITIONING", "What to steer away from.");
}

InputDecl latent_input() {
  return declare::link("latent_image", "LATENT", "Where to begin: empty, or a latent to change.");
}

InputDecl denoise_input() {
  return declare::number("denoise", {0, 1}, 1.0,
                         "The share of noise to begin with; below 1, something of the latent is kept.");
}

}  // namespace

std::vector<NodeDecl> sampling_declarations() {
  using namespace declare;
  return {
      {
          .type = "APG",
          .category = "sampling/guiders",
          .summary = "Guidance without the part along the positive prediction, which makes colours too "
                     "strong (Sadat et al. 2024).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("eta", {-10, 10}, 1.0, "How much of that part is kept; 0: none, 1: all."),
                  number("norm_threshold", {0, 50}, 5.0,
                         "The most length of the guidance of an item; 0: any."),
                  number("momentum", {-5, 1}, 0.0, "How much of the guidance before is added."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "AddNoise",
          .category = "sampling/custom",
          .summary =
              "Puts noise into a latent, as much as lies between the first and the last noise level.",
          .inputs =
              {
                  link("model", "MODEL", "Whose way of mixing noise in it is."),
                  link("noise", "NOISE", "RandomNoise or DisableNoise."),
                  link("sigmas", "SIGMAS", "The levels; of one alone, all of it."),
                  link("latent_image", "LATENT", "Where to put it."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The noisy latent; without levels, the latent as it came."},
              },
      },
      {
          .type = "AlignYourStepsScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels that were optimised for a model (Sabour et al. 2024); best at about "
                     "10 steps.",
          .inputs =
              {
                  choice("model_type", {"SD1", "SDXL", "SVD"}, "SD1", "The model."),
                  integer("steps", {1, 10000}, 10, "Steps of the whole schedule."),
                  number(
                      "denoise", {0, 1}, 1.0,
                      "The share of them that is taken, from the end: no others come in their place."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "BasicGuider",
          .category = "sampling/custom",
          .summary = "The model's prediction as it is, without guidance.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  link("conditioning", "CONDITIONING", "What is wanted."),
              },
          .outputs =
              {
                  {"guider", "GUIDER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "BasicScheduler",
          .category = "sampling/custom",
          .summary = "The noise levels that a scheduler gives for a model.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  scheduler_input(),
                  steps_input(),
                  denoise_input(),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "BetaSamplingScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels at the quantiles of a beta distribution over the model's own (Lee "
                     "et al. 2024).",
          .inputs =
              {
                  link("model", "MODEL", "Whose noise levels they are."),
                  steps_input(),
                  number("alpha", {0.01, 50}, 0.6, "Less of it, more steps at low noise."),
                  number("beta", {0.01, 50}, 0.6, "Less of it, more steps at high noise."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "CFGGuider",
          .category = "sampling/custom",
          .summary = "Classifier-free guidance: from the negative prediction towards the positive, and "
                     "beyond.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  positive_input(),
                  negative_input(),
                  cfg_input(),
              },
          .outputs =
              {
                  {"guider", "GUIDER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "CFGNorm",
          .category = "sampling/guiders",
          .summary = "What was guided, at no pixel longer than the positive prediction.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("strength", {0, 100}, 1.0, "Multiplies the result."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "CFGOverride",
          .category = "sampling/guiders",
          .summary = "Another cfg for a part of the run.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("cfg", {0, 100}, 1.0, "The cfg in that part."),
                  number("start_percent", {0, 1}, 0.0,
                         "Where the part begins, as a fraction of the way from noise."),
                  number("end_percent", {0, 1}, 1.0, "Where it ends."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "CFGZeroStar",
          .category = "sampling/guiders",
          .summary =
              "The negative prediction, first scaled to be nearest to the positive (Fan et al. 2025).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "DisableNoise",
          .category = "sampling/custom",
          .summary = "No noise: the latent is taken as it comes.",
          .inputs = {},
          .outputs =
              {
                  {"noise", "NOISE", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "DualCFGGuider",
          .category = "sampling/custom",
          .summary = "Guidance with two conditionings and a negative one.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  link("cond1", "CONDITIONING", "What is wanted, first."),
                  link("cond2", "CONDITIONING", "What is wanted, second."),
                  negative_input(),
                  number("cfg_conds", {0, 100}, 8.0, "How far from the second to the first."),
                  number("cfg_cond2_negative", {0, 100}, 8.0,
                         "How far from the negative to the second; nested, to what the two give "
                         "together."),
                  choice("style", {"regular", "nested"}, "regular", "How the two are put together."),
              },
          .outputs =
              {
                  {"guider", "GUIDER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "Epsilon Scaling",
          .category = "sampling/guiders",
          .summary = "Less predicted noise, against the exposure bias of a run (Ning et al. 2023).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("scaling_factor", {0.5, 1.5}, 1.005, "The predicted noise is divided by it."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "ExponentialScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels at equal steps of the logarithm of sigma, whatever the model.",
          .inputs =
              {
                  steps_input(),
                  number("sigma_max", kLevels, 14.614642,
                         "The first noise level: that of Stable Diffusion."),
                  number("sigma_min", kLevels, 0.0291675, "The last before 0."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "ExtendIntermediateSigmas",
          .category = "sampling/custom",
          .summary = "Puts further noise levels between those of a range.",
          .inputs =
              {
                  link("sigmas", "SIGMAS", "What to extend."),
                  integer("steps", {1, 100}, 2, "Steps in place of each."),
                  number("start_at_sigma", {-1, 20000}, -1.0,
                         "Steps that begin above it stay as they are; below 0: none does."),
                  number("end_at_sigma", {0, 20000}, 12.0,
                         "Steps that begin below it stay as they are."),
                  choice("spacing", {"linear", "cosine", "sine"}, "linear",
                         "How they lie between two levels: linear at equal distances, cosine nearer to "
                         "the lower one, sine nearer to the higher."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "All of them."},
              },
      },
      {
          .type = "FlipSigmas",
          .category = "sampling/custom",
          .summary = "Noise levels in the other direction, from picture to noise.",
          .inputs =
              {
                  link("sigmas", "SIGMAS", "What to turn round."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Rising."},
              },
      },
      {
          .type = "Flux2Scheduler",
          .category = "sampling/custom",
          .summary =
              "Flux.2's noise levels: the larger the picture and the fewer the steps, the longer "
              "they stay high.",
          .inputs =
              {
                  integer("steps", {1, 4096}, 20, "How many steps."),
                  integer("width", {16, 16384}, 1024, "Of the picture, in pixels."),
                  integer("height", {16, 16384}, 1024, "Of the picture, in pixels."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "FreSca",
          .category = "sampling/guiders",
          .summary = "Guidance with its low and high frequencies scaled apart (Huang et al. 2025).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("scale_low", {0, 10}, 1.0, "Multiplies the low frequencies."),
                  number("scale_high", {0, 10}, 1.25, "Multiplies the high frequencies."),
                  integer("freq_cutoff", {1, 10000}, 20, "How many frequencies from 0 are low ones."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "Guider",
          .category = "sampling/guiders",
          .summary = "Shapes how the predictions of a model become one, by a guider of a plugin. "
                     "Several act one after the other.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  declare::guider("guider", "Which: `ksampler list guiders`."),
                  optional(link("empty_conditioning", "CONDITIONING",
                                "Of an empty prompt, for a guider that needs it.")),
                  optional(link("second_conditioning", "CONDITIONING",
                                "Of a second prompt, for a guider that needs it.")),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "Ideogram4Scheduler",
          .category = "sampling/custom",
          .summary = "Ideogram 4's noise levels: the quantiles of a logit-normal distribution, higher "
                     "for larger pictures.",
          .inputs =
              {
                  integer("steps", {1, 200}, 20, "How many steps."),
                  integer("width", {256, 8192}, 1024, "Of the picture, in pixels."),
                  integer("height", {256, 8192}, 1024, "Of the picture, in pixels."),
                  number("mu", {-10, 10}, 0.0, "The mean of the logit, for 512 by 512 pixels."),
                  number("std", {0.1, 5}, 1.75, "Its deviation."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "KSampler",
          .category = "sampling",
          .summary = "Denoises a latent with a sampler and a scheduler.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  seed("seed", "What noise is drawn: the same seed, the same picture."),
                  steps_input(),
                  cfg_input(),
                  sampler_name_input(),
                  scheduler_input(),
                  positive_input(),
                  negative_input(),
                  latent_input(),
                  denoise_input(),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The denoised latent."},
              },
          .samples = true,
      },
      {
          .type = "KSamplerAdvanced",
          .category = "sampling",
          .summary = "KSampler over a part of the steps, with or without noise of its own.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  choice("add_noise", {"enable", "disable"}, "enable",
                         "Whether noise is added to the latent first."),
                  seed("noise_seed", "What noise is drawn: the same seed, the same picture."),
                  steps_input(),
                  cfg_input(),
                  sampler_name_input(),
                  scheduler_input(),
                  positive_input(),
                  negative_input(),
                  latent_input(),
                  integer("start_at_step", {0, 10000}, 0, "The step to begin with."),
                  integer("end_at_step", {0, 10000}, 10000,
                          "The step to end before; from `steps` on, the last."),
                  choice("return_with_leftover_noise", {"disable", "enable"}, "disable",
                         "Whether a run that ends early keeps its noise; if not, its last step goes to "
                         "sigma 0."),
              },
          .outputs =
              {
                  {"latent", "LATENT", "The denoised latent."},
              },
          .samples = true,
      },
      {
          .type = "KSamplerSelect",
          .category = "sampling/custom",
          .summary = "A sampler, with its parameters.",
          .inputs =
              {
                  sampler_name_input(),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "KarrasScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels at equal steps of a root of sigma (Karras et al. 2022), whatever "
                     "the model.",
          .inputs =
              {
                  steps_input(),
                  number("sigma_max", kLevels, 14.614642,
                         "The first noise level: that of Stable Diffusion."),
                  number("sigma_min", kLevels, 0.0291675, "The last before 0."),
                  number("rho", {0.01, 100}, 7.0, "The root: more of it, more steps at low noise."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "LTXVScheduler",
          .category = "sampling/custom",
          .summary = "LTX-Video's noise levels: the larger the latent, the longer they stay high. They "
                     "may be stretched so that the last above 0 is a given one.",
          .inputs =
              {
                  integer("steps", {1, 10000}, 20, "How many steps."),
                  number("max_shift", {0, 100}, 2.05, "The shift of 4096 tokens."),
                  number("base_shift", {0, 100}, 0.95, "The shift of 1024 tokens."),
                  defaulting(true, boolean("stretch", "Whether the last level is `terminal`.")),
                  number("terminal", {0, 0.99}, 0.1, "The last level above 0, of stretched ones."),
                  optional(link("latent", "LATENT", "Its cells are the tokens. Without: 4096.")),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "LaplaceScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels at the quantiles of a Laplace distribution of ln(sigma) (Hang et "
                     "al. 2024), whatever the model. They end above 0.",
          .inputs =
              {
                  steps_input(),
                  number("sigma_max", kLevels, 14.614642,
                         "The first noise level: that of Stable Diffusion."),
                  number("sigma_min", kLevels, 0.0291675, "The last before 0."),
                  number("mu", {-10, 10}, 0.0, "ln(sigma) where the steps are closest."),
                  number("beta", {0, 10}, 0.5, "How wide they are spread."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS",
                   "Falling; a step fewer than asked for, as the last level is above 0."},
              },
      },
      {
          .type = "Mahiro",
          .category = "sampling/guiders",
          .summary = "Less of the negative prediction where it is unlike what was guided.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "ManualSigmas",
          .category = "sampling/custom",
          .summary = "Noise levels as written.",
          .inputs =
              {
                  also_as_text(numbers("sigmas", {0, 1e6}, "Falling; usually to 0.")),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "The list."},
              },
      },
      {
          .type = "Noise",
          .category = "sampling/noises",
          .summary =
              "Shapes the noise of the runs of a model, by a noise source of a plugin. Several act "
              "one after the other.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  declare::noise("noise", "Which: `ksampler list noises`."),
                  choice("use", {"both", "start", "steps"}, "both",
                         "Which noise: what a run begins with, what samplers add, or both."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, with such noise."},
              },
      },
      {
          .type = "PerpNeg",
          .category = "sampling/guiders",
          .summary = "The negative prompt without what it has in common with the positive (Armandpour "
                     "et al. 2023).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  link("empty_conditioning", "CONDITIONING", "Of an empty prompt."),
                  number("neg_scale", {0, 100}, 1.0, "How strong the negative prompt is."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "PerturbedAttentionGuidance",
          .category = "sampling/guiders",
          .summary =
              "Away from a prediction whose self-attention was taken out in the network's middle "
              "(Ahn et al. 2024). For UNets; a call of the model takes half as long again, at cfg 1 "
              "twice as long.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("scale", {0, 100}, 3.0, "How far away."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "PolyexponentialScheduler",
          .category = "sampling/custom",
          .summary = "ExponentialScheduler's noise levels, bent by a power.",
          .inputs =
              {
                  steps_input(),
                  number("sigma_max", kLevels, 14.614642,
                         "The first noise level: that of Stable Diffusion."),
                  number("sigma_min", kLevels, 0.0291675, "The last before 0."),
                  number("rho", {0.01, 100}, 1.0,
                         "The power: above 1 towards low noise, below 1 towards high."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "RandomNoise",
          .category = "sampling/custom",
          .summary = "The noise that a seed gives.",
          .inputs =
              {
                  seed("noise_seed", "What noise is drawn: the same seed, the same picture."),
              },
          .outputs =
              {
                  {"noise", "NOISE", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "RenormCFG",
          .category = "sampling/guiders",
          .summary = "Guidance below a noise level, no longer than the positive prediction (Lumina 2).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("cfg_trunc", {0, 100}, 100.0, "Guidance begins below this noise level."),
                  number("renorm_cfg", {0, 100}, 1.0,
                         "The most length, as a multiple of the positive's; 0: any."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "RescaleCFG",
          .category = "sampling/guiders",
          .summary = "Guidance with the deviation of the positive prediction, against over-exposure "
                     "(Lin et al. 2024).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("multiplier", {0, 1}, 0.7, "How much of it."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "SDTurboScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels at the ten timesteps that SD-Turbo and SDXL-Turbo were taught.",
          .inputs =
              {
                  link("model", "MODEL", "Whose noise levels they are."),
                  integer("steps", {1, 10}, 1, "How many of them; fewer where they end before."),
                  number("denoise", {0, 1}, 1.0, "Below 1, the first tenths are left out."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
      {
          .type = "SamplerCustom",
          .category = "sampling/custom",
          .summary = "Sampling with classifier-free guidance, by a sampler and noise levels of their "
                     "own nodes.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  defaulting(true, boolean("add_noise", "Whether noise is added to the latent first.")),
                  seed("noise_seed", "What noise is drawn: the same seed, the same picture."),
                  cfg_input(),
                  positive_input(),
                  negative_input(),
                  link("sampler", "SAMPLER", "From KSamplerSelect or another node of samplers."),
                  link("sigmas", "SIGMAS", "The noise levels to go through."),
                  latent_input(),
              },
          .outputs =
              {
                  {"output", "LATENT", "The latent at the last noise level."},
                  {"denoised_output", "LATENT", "The model's last estimate of the clean latent."},
              },
          .samples = true,
      },
      {
          .type = "SamplerCustomAdvanced",
          .category = "sampling/custom",
          .summary = "Sampling put together from its parts.",
          .inputs =
              {
                  link("noise", "NOISE", "RandomNoise or DisableNoise."),
                  link("guider", "GUIDER", "How the model is guided."),
                  link("sampler", "SAMPLER", "From KSamplerSelect or another node of samplers."),
                  link("sigmas", "SIGMAS", "The noise levels to go through."),
                  latent_input(),
              },
          .outputs =
              {
                  {"output", "LATENT", "The latent at the last noise level."},
                  {"denoised_output", "LATENT", "The model's last estimate of the clean latent."},
              },
          .samples = true,
      },
      {
          .type = "SamplerDPMAdaptative",
          .category = "sampling/custom",
          .summary = "The sampler dpm_adaptive, which chooses its own steps.",
          .inputs =
              {
                  integer("order", {2, 3}, 3, "Order of the steps."),
                  number("rtol", {1e-6, 100}, 0.05, "Error allowed, relative to the latent."),
                  number("atol", {1e-6, 100}, 0.0078, "Error allowed, absolute."),
                  number("h_init", {1e-4, 100}, 0.05, "First step in log sigma."),
                  number("pcoeff", {0, 100}, 0.0, "Step size controller, proportional part."),
                  number("icoeff", {0, 100}, 1.0, "Step size controller, integral part."),
                  number("dcoeff", {0, 100}, 0.0, "Step size controller, differential part."),
                  number("accept_safety", {0, 1}, 0.81,
                         "Steps that would have to shrink further are tried again."),
                  number("eta", {0, 100}, 0.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerDPMPP_2M_SDE",
          .category = "sampling/custom",
          .summary = "The sampler dpmpp_2m_sde.",
          .inputs =
              {
                  choice("solver_type", {"midpoint", "heun"}, "midpoint",
                         "How the last step's slope is used."),
                  number("eta", {0, 100}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
                  choice(
                      "noise_device", {"gpu", "cpu"}, "gpu",
                      "Where ComfyUI draws it. Here all noise is drawn on the CPU: both are the same."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerDPMPP_2S_Ancestral",
          .category = "sampling/custom",
          .summary = "The sampler dpmpp_2s_ancestral.",
          .inputs =
              {
                  number("eta", {0, 100}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerDPMPP_3M_SDE",
          .category = "sampling/custom",
          .summary = "The sampler dpmpp_3m_sde.",
          .inputs =
              {
                  number("eta", {0, 100}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
                  choice(
                      "noise_device", {"gpu", "cpu"}, "gpu",
                      "Where ComfyUI draws it. Here all noise is drawn on the CPU: both are the same."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerDPMPP_SDE",
          .category = "sampling/custom",
          .summary = "The sampler dpmpp_sde.",
          .inputs =
              {
                  number("eta", {0, 100}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
                  number("r", {0.01, 100}, 0.5, "Where in the step the second model call lies."),
                  choice(
                      "noise_device", {"gpu", "cpu"}, "gpu",
                      "Where ComfyUI draws it. Here all noise is drawn on the CPU: both are the same."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerER_SDE",
          .category = "sampling/custom",
          .summary = "The sampler er_sde.",
          .inputs =
              {
                  choice("solver_type", {"ER-SDE", "Reverse-time SDE", "ODE"}, "ER-SDE",
                         "How much noise the reverse SDE has."),
                  integer("max_stage", {1, 3}, 3, "Differences of the prediction used, and one."),
                  number("eta", {0, 100}, 1.0,
                         "Of the reverse-time SDE alone, how strong its noise is: 0 for none."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerAround",
          .category = "sampling/custom",
          .summary = "A sampler that runs another inside, such as restart, around one of your choice.",
          .inputs =
              {
                  declare::sampler("sampler_name",
                                   "The outer one: restart, spectral_progressive, or one of a plugin."),
                  link("sampler", "SAMPLER", "The one that it runs, in place of its own choice."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerEulerAncestral",
          .category = "sampling/custom",
          .summary = "The sampler euler_ancestral.",
          .inputs =
              {
                  number("eta", {0, 100}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerEulerAncestralCFGPP",
          .category = "sampling/custom",
          .summary = "The sampler euler_ancestral_cfg_pp.",
          .inputs =
              {
                  number("eta", {0, 1}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 10}, 1.0, "Scale of the noise added."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerLCM",
          .category = "sampling/custom",
          .summary = "The sampler lcm, with noise that changes along the run.",
          .inputs =
              {
                  number("s_noise", {0, 64}, 1.0, "Scales the noise after the first step."),
                  number("s_noise_end", {0, 64}, 1.0, "The same after the last step, linear between."),
                  number("noise_clip_std", {0, 10}, 0.0,
                         "Noise is clipped to so many standard deviations; 0: not at all."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerLMS",
          .category = "sampling/custom",
          .summary = "The sampler lms.",
          .inputs =
              {
                  integer("order", {1, 100}, 4, "Derivatives used at most."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerSASolver",
          .category = "sampling/custom",
          .summary = "The sampler sa_solver.",
          .inputs =
              {
                  link("model", "MODEL", "The model that is sampled with: what the percents are of."),
                  number("eta", {0, 10}, 1.0, "Noise of the SDE inside the interval; 0 for none."),
                  number("sde_start_percent", {0, 1}, 0.2, "Where in the run the noise begins."),
                  number("sde_end_percent", {0, 1}, 0.8, "Where it ends."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
                  integer("predictor_order", {1, 6}, 3, "Predictions the predictor uses."),
                  integer("corrector_order", {0, 6}, 4, "Predictions the corrector uses."),
                  defaulting(false, boolean("use_pece",
                                            "Whether the model is called again after correcting.")),
                  defaulting(false, boolean("simple_order_2",
                                            "Simpler weights where two predictions are used.")),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplerSEEDS2",
          .category = "sampling/custom",
          .summary = "The sampler seeds_2. (phi_2, r 1 and eta 0: exp_heun_2_x0; with eta 1: "
                     "exp_heun_2_x0_sde.)",
          .inputs =
              {
                  choice("solver_type", {"phi_1", "phi_2"}, "phi_1", "Weights of the two predictions."),
                  number("eta", {0, 100}, 1.0, "Part of the noise drawn anew: 0 for none, 1 for all."),
                  number("s_noise", {0, 100}, 1.0, "Scale of the noise added."),
                  number("r", {0.01, 1}, 0.5, "Where in the step the second stage lies."),
              },
          .outputs =
              {
                  {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
              },
      },
      {
          .type = "SamplingPercentToSigma",
          .category = "sampling/custom",
          .summary = "The noise level at a share of the run.",
          .inputs =
              {
                  link("model", "MODEL", "Whose noise levels they are."),
                  number("sampling_percent", {0, 1}, 0.0, "0 is noise, 1 the picture."),
                  defaulting(false, boolean("return_actual_sigma",
                                            "Whether 0 and 1 are the model's largest and smallest "
                                            "level, in place of what includes all of them.")),
              },
          .outputs =
              {
                  {"sigma_value", kFloat, "The level."},
              },
      },
      {
          .type = "SetFirstSigma",
          .category = "sampling/custom",
          .summary = "Sets the first noise level.",
          .inputs =
              {
                  link("sigmas", "SIGMAS", "What to change."),
                  number("sigma", {0, 20000}, 136.0, "The level."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "The same, from that level on."},
              },
      },
      {
          .type = "SplitSigmas",
          .category = "sampling/custom",
          .summary = "Parts noise levels at a step.",
          .inputs =
              {
                  link("sigmas", "SIGMAS", "What to part."),
                  integer("step", {0, 10000}, 0, "How many steps the first part has."),
              },
          .outputs =
              {
                  {"high_sigmas", "SIGMAS", "Up to that step."},
                  {"low_sigmas", "SIGMAS", "From it on."},
              },
      },
      {
          .type = "SplitSigmasDenoise",
          .category = "sampling/custom",
          .summary = "Parts noise levels where a share of the steps is left.",
          .inputs =
              {
                  link("sigmas", "SIGMAS", "What to part."),
                  number("denoise", {0, 1}, 1.0, "The share of steps in the second part."),
              },
          .outputs =
              {
                  {"high_sigmas", "SIGMAS", "The steps before."},
                  {"low_sigmas", "SIGMAS", "That share of the steps."},
              },
      },
      {
          .type = "TCFG",
          .category = "sampling/guiders",
          .summary = "The negative prediction, along what it has in common with the positive (Kwon et "
                     "al. 2025).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "TemporalScoreRescaling",
          .category = "sampling/guiders",
          .summary =
              "A sharper or wider distribution, by the length of the predicted noise (Xu et al. 2025).",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  number("tsr_k", {0.01, 100}, 0.95,
                         "Lower: more detail, higher: smoother; 1: not at all."),
                  number("tsr_sigma", {0.01, 100}, 1.0,
                         "How early in the run it acts; larger: earlier."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model, guided so."},
              },
      },
      {
          .type = "VPScheduler",
          .category = "sampling/custom",
          .summary = "Noise levels at equal steps of the time of the variance preserving SDE (Song et "
                     "al. 2021), whatever the model.",
          .inputs =
              {
                  steps_input(),
                  number("beta_d", kLevels, 19.9, "The slope of beta(t)."),
                  number("beta_min", kLevels, 0.1, "beta(0)."),
                  number("eps_s", {0, 1}, 0.001, "The time of the last noise level before 0."),
              },
          .outputs =
              {
                  {"sigmas", "SIGMAS", "Falling, the last included."},
              },
      },
  };
}

}  // namespace ksampler
