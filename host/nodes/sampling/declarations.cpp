#include "host/nodes/declarations.hpp"

#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

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
          .type = "SamplerCustomAdvanced",
          .category = "sampling/custom",
          .summary = "Sampling put together from its parts.",
          .inputs =
              {
                  link("noise", "NOISE", "RandomNoise or DisableNoise."),
                  link("guider", "GUIDER", "How the model is guided."),
                  link("sampler", "SAMPLER", "From KSamplerSelect."),
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
  };
}

}  // namespace ksampler
