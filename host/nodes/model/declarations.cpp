#include "host/nodes/declarations.hpp"

#include "host/model/noising/model_sampling.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

// How a model mixes noise in, where a node does not read it off a file.
InputDecl parameterization_input() {
  return declare::choice("parameterization", ModelSampling::names(), "eps",
                         "How noise is mixed in: SD1's noise levels with eps, v or x0 prediction, the "
                         "same down to zero SNR, EDM, discrete flow, Flux's, or Cosmos' flow.");
}

InputDecl edm_sampling_input() {
  InputDecl decl = declare::choice("sampling", {"v_prediction", "edm", "eps", "cosmos_rflow"},
                                   "v_prediction", "What the network predicts.");
  decl.refused.emplace_back("edm_playground_v2.5",
                            "it is edm with latents of another mean and scale, and those of Playground "
                            "v2.5 are not known");
  return decl;
}

InputDecl aura_flow_sampling_input() {
  InputDecl decl =
      declare::omissible(declare::choice("sampling", {"flow"}, "flow", "What the network predicts."));
  decl.refused.emplace_back("img_to_img_velocity",
                            "it is for networks that make a picture of a picture, of families that are "
                            "not known");
  return decl;
}

}  // namespace

std::vector<NodeDecl> model_declarations() {
  using namespace declare;
  return {
      {
          .type = "DifferentialDiffusion",
          .category = "model",
          .summary = "Lets a grey noise mask say from when on in the run a place may change: 1 from "
                     "the beginning, 0.5 from half of it on.",
          .inputs =
              {
                  link("model", "MODEL", "What denoises."),
                  omissible(number(
                      "strength", {0, 1}, 1.0,
                      "The share of that; the rest is how much a place may change, as without this "
                      "node. 0 is 1.")),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelNoiseScale",
          .category = "model",
          .summary = "Multiplies all noise of a run, for a network that was trained with more of it: "
                     "what a run "
                     "starts with, and what a sampler adds.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  number("noise_scale", {0, 64}, 1.0, "8 for HiDream-O1, 7.5 for its dev version."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelSamplingAuraFlow",
          .category = "model",
          .summary = "Takes a network for a flow, as AuraFlow: it is told the noise level itself.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  number("shift", {0, 100}, 1.73,
                         "How much of the run is spent at high noise; 1: evenly; 0: one step and no "
                         "more."),
                  aura_flow_sampling_input(),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelSamplingContinuousEDM",
          .category = "model",
          .summary = "Takes a network for one that knows every noise level of a range (Karras et al. "
                     "2022): it is told their logarithm.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  edm_sampling_input(),
                  number("sigma_max", {0, 1000}, 120.0, "The largest noise level."),
                  number("sigma_min", {0, 1000}, 0.002, "The smallest; above 0."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelSamplingContinuousV",
          .category = "model",
          .summary = "Takes a network for one that predicts v at every noise level of a range: it is "
                     "told the angle between picture and noise.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  choice("sampling", {"v_prediction"}, "v_prediction", "What the network predicts."),
                  number("sigma_max", {0, 1000}, 500.0, "The largest noise level."),
                  number("sigma_min", {0, 1000}, 0.03, "The smallest; above 0."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelSamplingDiscrete",
          .category = "model",
          .summary =
              "Takes a network for another parameterization, with the 1000 noise levels of Stable "
              "Diffusion.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  choice("sampling", {"eps", "v_prediction", "lcm", "x0", "img_to_img"}, "eps",
                         "What the network predicts; lcm is a latent consistency model, which knows 50 "
                         "of the "
                         "noise levels; img_to_img predicts the picture from a latent that is not "
                         "scaled."),
                  defaulting(
                      false,
                      boolean("zsnr", "Noise levels that end in pure noise (zero terminal SNR).")),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelSamplingFlux",
          .category = "model",
          .summary =
              "Takes a network for a flow as Flux: the larger the picture, the more of the run at high "
              "noise.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  number("max_shift", {0, 100}, 1.15, "The shift at 4096 tokens of 16 by 16 pixels."),
                  number("base_shift", {0, 100}, 0.5, "The shift at 256 tokens."),
                  whole_cells(integer("width", {16, 16384}, 1024, "Of the picture, in pixels.")),
                  whole_cells(integer("height", {16, 16384}, 1024, "Of the picture, in pixels.")),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      {
          .type = "ModelSamplingSD3",
          .category = "model",
          .summary = "Takes a network for a flow, as Stable Diffusion 3.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  number("shift", {0, 100}, 3.0,
                         "How much of the run is spent at high noise; 1: evenly; 0: one step and no "
                         "more."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model."},
              },
      },
      own({
          .type = "PictureDenoiser",
          .category = "model",
          .summary =
              "The exact denoiser of a set of pictures: what sampling finds are pictures of the set.",
          .inputs =
              {
                  file("file", FileKind::tensors,
                       "Labelled pictures: safetensors, or a file of torch.save."),
                  parameterization_input(),
              },
          .outputs =
              {
                  {"model", "MODEL", "The denoiser; its latents are the pictures themselves."},
              },
      }),
      own({
          .type = "ToyDenoiser",
          .category = "model",
          .summary = "A small model that is exactly defined, for comparing samplers.",
          .inputs =
              {
                  file("file", FileKind::tensors,
                       "Means, log_weights, channel_means, scale and temper: safetensors, or a file of "
                       "torch.save."),
                  choice(
                      "denoiser", {"mixture", "gaussian"}, "mixture",
                      "The posterior mean of a mixture of latents, or of a Gaussian for each channel."),
                  parameterization_input(),
              },
          .outputs =
              {
                  {"model", "MODEL", "The denoiser."},
              },
      }),
  };
}

}  // namespace ksampler
