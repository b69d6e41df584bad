#include "host/nodes/declarations.hpp"

#include "host/nodes/conditioning/qwen_image21.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

InputDecl reference_method_input() {
  return declare::choice(
      "reference_latents_method", {"offset", "index", "uxo/uno", "index_timestep_zero"}, "offset",
      "offset: below and beside each other. index: each at the same place, with a number of its own. "
      "uxo/uno: along the diagonal, behind the picture that is made (networks of UNO and USO). "
      "index_timestep_zero: as index, and Qwen-Image is told that they are no noise (Edit 2511).");
}

InputDecl empty_padding_input() {
  return declare::choice(
      "empty_padding", {"none", "empty_prompt"}, "none",
      "What becomes of empty prompts: with empty_prompt they are encoded as such; with "
      "none, both of CLIP's or T5's may not be empty.");
}

// With inputs that ComfyUI's editor adds as they are linked.
std::vector<InputDecl> qwen_image21_inputs() {
  using namespace declare;
  std::vector<InputDecl> inputs = {
      link("clip", "CLIP", "Qwen3-VL 8B."),
      text("prompt", "What the picture is to be, or what is to change."),
      text("negative_prompt", "What it is not to be; not asked for at cfg 1."),
      optional(link("vae", "VAE",
                    "The model's autoencoder, with which it sees the pictures. Without, the text "
                    "encoder alone does.")),
      integer("resolution", {0, 4096}, 1024,
              "Pictures are scaled to about as many pixels as a square of this side, in multiples of "
              "32. 0: each keeps its size, rounded to a multiple of 32.")};
  for (std::int64_t i = 1; i <= kQwen21Pictures; ++i) {
    inputs.push_back(optional(
        link("images.image_" + std::to_string(i), "IMAGE", i == 1 ? "A picture." : "Likewise.")));
  }
  return inputs;
}

}  // namespace

std::vector<NodeDecl> conditioning_declarations() {
  using namespace declare;
  return {
      {
          .type = "CLIPSetLastLayer",
          .category = "conditioning",
          .summary = "A text encoder that stops before its last layers (\"clip skip\").",
          .inputs =
              {
                  link("clip", "CLIP", "The text encoder."),
                  integer("stop_at_clip_layer", {-24, -1}, -1,
                          "The layer whose output is taken: -1 is the last, -2 the one before."),
              },
          .outputs =
              {
                  {"clip", "CLIP", "The same, stopping there."},
              },
      },
      {
          .type = "CLIPTextEncode",
          .category = "conditioning",
          .summary = "Guides a model with a prompt.",
          .inputs =
              {
                  text("text",
                       "The prompt. (word) weighs 1.1, (word:1.3) as much as it says; \\( and \\) are "
                       "parentheses."),
                  link("clip", "CLIP", "The model's text encoder."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "CLIPTextEncodeFlux",
          .category = "conditioning",
          .summary = "Guides Flux.1 with a prompt for each of its text encoders, and with a guidance.",
          .inputs =
              {
                  link("clip", "CLIP", "Flux.1's text encoders."),
                  text("clip_l", "The prompt for CLIP-L, which sees all of it as one."),
                  text("t5xxl", "The prompt for T5, whose tokens the network looks at."),
                  number("guidance", {0, 100}, 3.5, "How strongly the text is followed."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "CLIPTextEncodeLumina2",
          .category = "conditioning",
          .summary =
              "Guides Lumina 2 with a prompt behind one of the two texts that it was trained with.",
          .inputs =
              {
                  choice("system_prompt", {"superior", "alignment"},
                         "What the prompt begins with. superior: \"You are an assistant designed to "
                         "generate superior images with the superior degree of image-text alignment "
                         "based on textual prompts or user prompts.\" alignment: \"You are an "
                         "assistant designed to generate high-quality images with the highest degree "
                         "of image-text alignment based on textual prompts.\""),
                  text("user_prompt", "The prompt, which follows behind \"<Prompt Start>\"."),
                  link("clip", "CLIP", "Lumina 2's text encoder, Gemma 2."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "CLIPTextEncodeSD3",
          .category = "conditioning",
          .summary = "Guides Stable Diffusion 3 with a prompt for each of its text encoders.",
          .inputs =
              {
                  link("clip", "CLIP", "SD 3's text encoders."),
                  text("clip_l", "The prompt for CLIP-L."),
                  text("clip_g", "The prompt for OpenCLIP-G."),
                  text("t5xxl", "The prompt for T5."),
                  empty_padding_input(),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "CLIPTextEncodeSDXL",
          .category = "conditioning",
          .summary = "Guides SDXL with a prompt for each of its text encoders, and with sizes.",
          .inputs =
              {
                  link("clip", "CLIP", "SDXL's text encoders."),
                  integer("width", {0, 16384}, 1024, "How wide the picture was before it was scaled."),
                  integer("height", {0, 16384}, 1024, "How high it was."),
                  integer("crop_w", {0, 16384}, 0, "How much was cropped off its left."),
                  integer("crop_h", {0, 16384}, 0, "How much was cropped off its top."),
                  integer("target_width", {0, 16384}, 1024, "How wide a picture is aimed at."),
                  integer("target_height", {0, 16384}, 1024, "How high."),
                  text("text_g", "The prompt for OpenCLIP-G."),
                  text("text_l", "The prompt for CLIP-L."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "CLIPTextEncodeSDXLRefiner",
          .category = "conditioning",
          .summary = "Turns a prompt into what guides SDXL's refiner, with a size and a score.",
          .inputs =
              {
                  link("clip", "CLIP", "The refiner's text encoder."),
                  number("ascore", {0, 1000}, 6.0,
                         "How good a picture is asked for: the aesthetic score of its training, 2.5 "
                         "for a negative."),
                  integer("width", {0, 16384}, 1024, "How wide the picture was before it was scaled."),
                  integer("height", {0, 16384}, 1024, "How high it was."),
                  text("text", "The prompt."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "CLIPVisionEncode",
          .category = "conditioning",
          .summary = "What a vision model sees of pictures.",
          .inputs =
              {
                  link("clip_vision", "CLIP_VISION", "The vision model."),
                  link("image", "IMAGE", "The pictures, of any size; of alpha, nothing is seen."),
                  choice("crop", {"center", "none"}, "center",
                         "center: the middle square of each. none: all of it, stretched."),
              },
          .outputs =
              {
                  {"clip_vision_output", "CLIP_VISION_OUTPUT", "What is seen of each."},
              },
      },
      own({
          .type = "ClassConditioning",
          .category = "conditioning",
          .summary = "Guides a model of labelled pictures to a class.",
          .inputs =
              {
                  link("model", "MODEL", "The model whose classes are meant."),
                  text("class", "", "The name of the class; empty for any."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      }),
      {
          .type = "ConditioningAverage",
          .category = "conditioning",
          .summary = "A mixture of two conditionings, in one prediction.",
          .inputs =
              {
                  link("conditioning_to", "CONDITIONING", "The one."),
                  link("conditioning_from", "CONDITIONING", "The other; its first entry."),
                  number("conditioning_to_strength", {0, 1}, 1.0, "How much of the first: 1 is all."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "Each entry of the first, mixed with the other."},
              },
      },
      {
          .type = "ConditioningCombine",
          .category = "conditioning",
          .summary = "Both conditionings at once, each predicting and weighed by its strength.",
          .inputs =
              {
                  link("conditioning_1", "CONDITIONING", "The one."),
                  link("conditioning_2", "CONDITIONING", "The other."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The entries of both."},
              },
      },
      {
          .type = "ConditioningConcat",
          .category = "conditioning",
          .summary = "One conditioning that says both things, in one prediction.",
          .inputs =
              {
                  link("conditioning_to", "CONDITIONING", "What to add to."),
                  link("conditioning_from", "CONDITIONING", "What to add; its first entry."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING",
                   "Each entry of the first, with the other's appended."},
              },
      },
      {
          .type = "ConditioningMultiply",
          .category = "conditioning",
          .summary = "A text's numbers, multiplied: how far the text is from none.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "The text; all else is kept."),
                  number("multiplier", {-100, 100}, 1.0, "By what. 0: as ConditioningZeroOut."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The product."},
              },
      },
      {
          .type = "ConditioningSetArea",
          .category = "conditioning",
          .summary = "Limits a conditioning to a rectangle.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "What to limit."),
                  whole_cells(integer("width", {64, 16384}, 64, "In pixels.")),
                  whole_cells(integer("height", {64, 16384}, 64, "In pixels.")),
                  whole_cells(integer("x", {0, 16384}, 0, "Its left edge, in pixels.")),
                  whole_cells(integer("y", {0, 16384}, 0, "Its upper edge, in pixels.")),
                  number("strength", {0, 10}, 1.0, "Its weight where several hold."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, limited."},
              },
      },
      {
          .type = "ConditioningSetAreaPercentage",
          .category = "conditioning",
          .summary = "Limits a conditioning to a rectangle, given as shares of the picture.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "What to limit."),
                  number("width", {0, 1}, 1.0, "Its share of the width."),
                  number("height", {0, 1}, 1.0, "Its share of the height."),
                  number("x", {0, 1}, 0.0, "Its left edge: 0 is the left of the picture, 1 the right."),
                  number("y", {0, 1}, 0.0, "Its upper edge, likewise."),
                  number("strength", {0, 10}, 1.0, "Its weight where several hold."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, limited."},
              },
      },
      {
          .type = "ConditioningSetAreaStrength",
          .category = "conditioning",
          .summary = "Sets the weight of a conditioning where several hold.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "What to weigh."),
                  number("strength", {0, 10}, 1.0, "Its weight."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, weighed so."},
              },
      },
      {
          .type = "ConditioningSetMask",
          .category = "conditioning",
          .summary = "Limits a conditioning to a mask.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "What to limit."),
                  link("mask", "MASK", "Where it holds, from 0 to 1."),
                  number("strength", {0, 10}, 1.0, "The mask's weight."),
                  choice(
                      "set_cond_area", {"default", "mask bounds"}, "default",
                      "Whether the model sees the whole latent or only the rectangle around the mask."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, limited."},
              },
      },
      {
          .type = "ConditioningSetTimestepRange",
          .category = "conditioning",
          .summary = "Limits a conditioning to a part of the run.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "What to limit."),
                  number("start", {0, 1}, 0.0, "From where it holds: 0 is noise, 1 the picture."),
                  number("end", {0, 1}, 1.0, "Until where it holds."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, limited."},
              },
      },
      {
          .type = "ConditioningZeroOut",
          .category = "conditioning",
          .summary = "A conditioning of zeros in place of a text: what some models take for none.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "Whose shape it has; all else is kept."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same, with 0 for the text."},
              },
      },
      {
          .type = "FluxGuidance",
          .category = "conditioning",
          .summary = "Tells a network that was distilled from a guided one, such as Flux.1 dev, how "
                     "strongly it is to follow the text. Without this node it is 3.5.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "The prompt."),
                  number("guidance", {0, 100}, 3.5, "1 follows it little, 3.5 is usual."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "Each entry, with it."},
              },
      },
      {
          .type = "FluxKontextMultiReferenceLatentMethod",
          .category = "conditioning",
          .summary = "Says where pictures that a network looks at stand beside the one that it makes. "
                     "Without this node, as it was trained: Flux.1 Kontext with offset, Flux.2 and "
                     "Qwen-Image with index.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "The prompt, with its pictures."),
                  reference_method_input(),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "Each entry, saying so."},
              },
      },
      {
          .type = "InpaintModelConditioning",
          .category = "conditioning",
          .summary =
              "Shows an inpainting model the picture, without what the mask covers, and the mask. "
              "Other models keep what the mask does not cover.",
          .inputs =
              {
                  link("positive", "CONDITIONING", "What guides towards."),
                  link("negative", "CONDITIONING", "What guides away."),
                  link("vae", "VAE", "The autoencoder of the model."),
                  link("pixels", "IMAGE", "The picture: its middle, where a side is no multiple of 8."),
                  link("mask", "MASK", "1 where the picture is to be made anew; brought to its size."),
                  defaulting(true, boolean("noise_mask",
                                           "Whether the rest of the picture is kept as it is. Without, "
                                           "the model may change it.")),
              },
          .outputs =
              {
                  {"positive", "CONDITIONING", "The same, with picture and mask."},
                  {"negative", "CONDITIONING", "The same, with picture and mask."},
                  {"latent", "LATENT", "The whole picture, encoded, with the mask."},
              },
      },
      {
          .type = "InstructPixToPixConditioning",
          .category = "conditioning",
          .summary = "Shows a model the picture that it is to edit or to follow: InstructPix2Pix, and "
                     "Flux.1 Depth and Canny.",
          .inputs =
              {
                  link("positive", "CONDITIONING", "What guides towards."),
                  link("negative", "CONDITIONING", "What guides away."),
                  link("vae", "VAE", "The autoencoder of the model."),
                  link("pixels", "IMAGE", "The picture: its middle, where a side is no multiple of 8."),
              },
          .outputs =
              {
                  {"positive", "CONDITIONING", "The same, with the picture."},
                  {"negative", "CONDITIONING", "The same, with the picture."},
                  {"latent", "LATENT", "An empty latent of its size."},
              },
      },
      {
          .type = "ReferenceLatent",
          .category = "conditioning",
          .summary = "Shows a picture to a network that looks at pictures, such as Flux.1 Kontext. "
                     "Several may follow each other.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "The prompt."),
                  optional(link("latent", "LATENT", "The picture, encoded.")),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "Each entry, with the picture."},
              },
      },
      {
          .type = "StyleModelApply",
          .category = "conditioning",
          .summary =
              "Guides Flux.1 with pictures beside a prompt (Redux): tokens of what was seen of them, "
              "behind those of the prompt.",
          .inputs =
              {
                  link("conditioning", "CONDITIONING", "Of the prompt."),
                  link("style_model", "STYLE_MODEL", "Flux.1 Redux."),
                  link("clip_vision_output", "CLIP_VISION_OUTPUT", "What SigLIP sees of the pictures."),
                  number("strength", {0, 10}, 1.0, "How much the pictures count."),
                  choice("strength_type", {"multiply", "attn_bias"}, "multiply",
                         "multiply: the tokens are multiplied by the strength. attn_bias: the prompt's "
                         "tokens and those of the picture that is made look at them so many times as "
                         "much."),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "The same entries, with the pictures."},
              },
      },
      {
          .type = "T5TokenizerOptions",
          .category = "conditioning",
          .summary = "Says how a prompt of T5's is filled up with empty tokens.",
          .inputs =
              {
                  link("clip", "CLIP", "Text encoders with a T5 among them."),
                  integer("min_padding", {0, 10000}, 0, "How many come behind the prompt's end."),
                  integer("min_length", {0, 10000}, 0,
                          "How many there are at least. Without this node it is 256 for Flux.1, 77 for "
                          "SD 3 and 1 for Chroma."),
              },
          .outputs =
              {
                  {"clip", "CLIP", "The same, filling up so."},
              },
      },
      {
          .type = "TextEncodeQwenImage21",
          .category = "conditioning",
          .summary =
              "Guides Qwen-Image 2.1 with a prompt, and with pictures that it edits or takes from, "
              "which the prompt calls <image1>, <image2> and so on.",
          .inputs = qwen_image21_inputs(),
          .outputs =
              {
                  {"positive", "CONDITIONING", "One entry, of the prompt."},
                  {"negative", "CONDITIONING", "One entry, of what is not to be."},
                  {"latent", "LATENT",
                   "Empty, as large as the first picture: in another size, what is edited moves."},
              },
      },
      {
          .type = "TextEncodeQwenImageEdit",
          .category = "conditioning",
          .summary = "Guides Qwen-Image-Edit with a prompt and the picture that it is about.",
          .inputs =
              {
                  link("clip", "CLIP", "Qwen2.5-VL."),
                  text("prompt", "What is to change."),
                  optional(link("vae", "VAE",
                                "The model's autoencoder, with which it sees the picture. Without, the "
                                "text encoder alone does.")),
                  optional(link("image", "IMAGE", "The picture, scaled to about 1024 by 1024 pixels.")),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      {
          .type = "TextEncodeQwenImageEditPlus",
          .category = "conditioning",
          .summary =
              "Guides Qwen-Image-Edit 2509 and 2511 with a prompt and up to three pictures, which "
              "it calls Picture 1 to 3.",
          .inputs =
              {
                  link("clip", "CLIP", "Qwen2.5-VL."),
                  text("prompt", "What is to change."),
                  optional(
                      link("vae", "VAE",
                           "The model's autoencoder, with which it sees the pictures. Without, the "
                           "text encoder alone does.")),
                  optional(link("image1", "IMAGE", "A picture.")),
                  optional(link("image2", "IMAGE", "Another.")),
                  optional(link("image3", "IMAGE", "A third.")),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      },
      own({
          .type = "ToyConditioning",
          .category = "conditioning",
          .summary = "Guides a ToyDenoiser to a label, as a whole or for a part of picture and time.",
          .inputs =
              {
                  integer("label", {0, 2147483647},
                          "The row of the model's log_weights and channel_means."),
                  number("strength", {0, 10}, 1.0, "Its weight where several hold."),
                  optional(integers("area", {0, 16384}, 4,
                                    "Where it holds: height, width, y and x, in latent cells.")),
                  optional(link("mask", "MASK", "Where it holds, from 0 to 1.")),
                  number("mask_strength", {0, 10}, 1.0, "The mask's weight."),
                  optional(number("start_percent", {0, 1},
                                  "From where in the run it holds: 0 is noise, 1 the picture.")),
                  optional(number("end_percent", {0, 1}, "Until where in the run it holds.")),
              },
          .outputs =
              {
                  {"conditioning", "CONDITIONING", "One entry."},
              },
      }),
  };
}

}  // namespace ksampler
