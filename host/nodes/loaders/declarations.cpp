#include "host/nodes/declarations.hpp"

#include "host/model/noising/model_sampling.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {
namespace {

InputDecl lora_file_input() {
  return declare::in_folders(
      {"loras"},
      declare::file(
          "lora_name", FileKind::tensors,
          "A LoRA, LoHa, LoKr, GLoRA or DoRA: safetensors, or a file of torch.save (.pt, .bin)."));
}

InputDecl lora_strength_input(std::string name, std::string summary) {
  return declare::number(std::move(name), {-100, 100}, 1.0, std::move(summary));
}

InputDecl weight_dtype_input() {
  return declare::choice(
      "weight_dtype", {"default", "fp8_e4m3fn", "fp8_e4m3fn_fast", "fp8_e5m2", "fp32", "fp16", "bf16"},
      "default",
      "What the network computes with. The default is fp16 on a GPU, else fp32. With one of 8 bits its "
      "weights "
      "are rounded to that, as ComfyUI keeps them, and computed with in the default: the pictures are "
      "those "
      "of 8 bits, the memory is not. A LoRA is added after the rounding.");
}

// The files that ComfyUI comes with.
InputDecl config_name_input() {
  return declare::choice(
      "config_name",
      {"anything_v3.yaml", "v1-inference.yaml", "v1-inference_clip_skip_2.yaml",
       "v1-inference_clip_skip_2_fp16.yaml", "v1-inference_fp16.yaml", "v1-inpainting-inference.yaml",
       "v2-inference-v.yaml", "v2-inference-v_fp32.yaml", "v2-inference.yaml", "v2-inference_fp32.yaml",
       "v2-inpainting-inference.yaml"},
      "anything_v3.yaml",
      "One of those that come with ComfyUI. Those of clip_skip_2 and of anything_v3 take the last "
      "layer "
      "but one, those of inference-v a network that predicts v.");
}

}  // namespace

std::vector<NodeDecl> loaders_declarations() {
  using namespace declare;
  std::vector<std::string> parameterizations = {"default"};
  for (const std::string& name : ModelSampling::names()) {
    if (name != "cosmos_flow") parameterizations.push_back(name);  // none of these networks is one
  }
  return {
      {
          .type = "CLIPLoader",
          .category = "loaders",
          .summary = "Loads a text encoder, from a file of its own or from a checkpoint. Which it is, "
                     "its tensors "
                     "tell: ComfyUI's input 'type' is left out, as 'type' is the node's own here.",
          .inputs =
              {
                  in_folders({"text_encoders", "clip"},
                             file("clip_name", FileKind::model,
                                  "A text encoder: safetensors, or a file of torch.save (.pt, .bin).")),
                  omissible(choice(
                      "device", {"default", "cpu"}, "default",
                      "Where it computes. The default is where the model does; the CPU leaves a GPU's "
                      "memory to the model.")),
              },
          .outputs =
              {
                  {"clip", "CLIP", "The text encoder."},
              },
      },
      {
          .type = "CheckpointLoader",
          .category = "loaders",
          .summary = "CheckpointLoaderSimple with the name of a configuration, as ComfyUI once had it. "
                     "The network is told by its tensors; the configuration says whether it predicts "
                     "v, and which layer of the text encoder is taken.",
          .inputs =
              {
                  config_name_input(),
                  in_folders({"checkpoints"}, file("ckpt_name", FileKind::model,
                                                   "A checkpoint in the single-file layout: "
                                                   "safetensors, or a file of torch.save (.ckpt).")),
              },
          .outputs =
              {
                  {"model", "MODEL", "The UNet that denoises."},
                  {"clip", "CLIP", "The text encoder or encoders."},
                  {"vae", "VAE", "The autoencoder."},
              },
      },
      {
          .type = "CheckpointLoaderSimple",
          .category = "loaders",
          .summary = "Loads a checkpoint: Stable Diffusion 1 or 2, SDXL or its refiner, told by its "
                     "tensors. What "
                     "is not linked is not loaded.",
          .inputs =
              {
                  in_folders({"checkpoints"}, file("ckpt_name", FileKind::model,
                                                   "A checkpoint in the single-file layout: "
                                                   "safetensors, or a file of torch.save (.ckpt).")),
              },
          .outputs =
              {
                  {"model", "MODEL", "The UNet that denoises."},
                  {"clip", "CLIP", "The text encoder or encoders."},
                  {"vae", "VAE", "The autoencoder."},
              },
      },
      {
          .type = "LoraLoader",
          .category = "loaders",
          .summary = "Adds a LoRA to a model and its text encoder. Several may follow each other.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  link("clip", "CLIP", "Its text encoder."),
                  lora_file_input(),
                  lora_strength_input("strength_model", "How much of it is added to the model."),
                  lora_strength_input("strength_clip", "How much of it is added to the text encoder."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model with it."},
                  {"clip", "CLIP", "The text encoder with it."},
              },
      },
      {
          .type = "LoraLoaderModelOnly",
          .category = "loaders",
          .summary = "Adds a LoRA to a model; what it holds for the text encoder is passed over.",
          .inputs =
              {
                  link("model", "MODEL", "A model of a checkpoint."),
                  lora_file_input(),
                  lora_strength_input("strength_model", "How much of it is added to the model."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The model with it."},
              },
      },
      own({
          .type = "Pt2Loader",
          .category = "loaders",
          .summary =
              "Loads a network that PyTorch exported and compiled. Its code runs as a plugin's does: "
              "load what you trust.",
          .inputs =
              {
                  file("pt2_name", "A .pt2 package of AOTInductor, from training/export_pt2.py."),
                  choice(
                      "parameterization", parameterizations, "default",
                      "What the network predicts, and how noise is mixed in. The default is what the "
                      "package says."),
              },
          .outputs =
              {
                  {"model", "MODEL", "The network that denoises."},
              },
      }),
      {
          .type = "UNETLoader",
          .category = "loaders",
          .summary = "Loads a UNet, from a file of its own or from a checkpoint.",
          .inputs =
              {
                  in_folders({"diffusion_models", "unet"},
                             file("unet_name", FileKind::unet,
                                  "A checkpoint in the single-file layout, or a UNet alone: "
                                  "safetensors, or a file of torch.save (.ckpt, .pt).")),
                  weight_dtype_input(),
              },
          .outputs =
              {
                  {"model", "MODEL", "The UNet that denoises."},
              },
      },
      {
          .type = "VAELoader",
          .category = "loaders",
          .summary = "Loads an autoencoder, from a file of its own or from a checkpoint.",
          .inputs =
              {
                  in_folders({"vae"},
                             file("vae_name", FileKind::autoencoder,
                                  "A checkpoint in the single-file layout, or an autoencoder alone: "
                                  "safetensors, or a file of torch.save (.ckpt, .pt).")),
              },
          .outputs =
              {
                  {"vae", "VAE", "The autoencoder."},
              },
      },
  };
}

}  // namespace ksampler
