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
      "What the network computes with. The default on a GPU is fp16 for UNets and SD 3, bf16 for other "
      "transformers; on a CPU it is fp32. With one of 8 bits its weights are rounded to that, as "
      "ComfyUI "
      "keeps them, and computed with in the default; a transformer's stay in 8 bits in memory, a "
      "UNet's "
      "do not. A LoRA is added after the rounding.");
}

InputDecl text_encoder_input(std::string name) {
  return declare::in_folders({"text_encoders", "clip"},
                             declare::file(std::move(name), FileKind::text,
                                           "A text encoder: safetensors, GGUF, or a file of torch.save "
                                           "(.pt, .bin); or a folder of one, as diffusers writes it."));
}

InputDecl network_input() {
  return declare::in_folders(
      {"diffusion_models", "unet"},
      declare::file("unet_name", FileKind::unet,
                    "A checkpoint in the single-file layout, or a network alone: safetensors, GGUF, or "
                    "a file of torch.save (.ckpt, .pt); or a folder or file that diffusers wrote."));
}

InputDecl checkpoint_input() {
  return declare::in_folders(
      {"checkpoints"},
      declare::file("ckpt_name", FileKind::model,
                    "A checkpoint in the single-file layout: safetensors, or a file of torch.save "
                    "(.ckpt); or a folder that diffusers wrote."));
}

std::vector<OutputDecl> whole_model() {
  return {{"model", "MODEL", "The network that denoises."},
          {"clip", "CLIP", "The text encoder or encoders."},
          {"vae", "VAE", "The autoencoder."}};
}

InputDecl text_device_input() {
  return declare::omissible(declare::choice(
      "device", {"default", "cpu"}, "default",
      "Where it computes. The default is where the model does; the CPU leaves a GPU's memory to the "
      "model."));
}

// ComfyUI calls it 'type', which is the node's own here.
InputDecl encoder_type_input() {
  return declare::choice(
      "clip_type",
      {"stable_diffusion",
       "stable_cascade",
       "sd3",
       "stable_audio",
       "mochi",
       "ltxv",
       "pixart",
       "cosmos",
       "lumina2",
       "wan",
       "hidream",
       "chroma",
       "ace",
       "omnigen2",
       "qwen_image",
       "hunyuan_image",
       "flux2",
       "ovis",
       "longcat_image",
       "cogvideox",
       "lens",
       "pixeldit",
       "ideogram4",
       "boogu",
       "krea2",
       "joyimage",
       "mage",
       "minimax",
       "yue2"},
      "stable_diffusion",
      "ComfyUI's input 'type', with all that it may be there. The file tells, but for these: flux2 "
      "says that a Qwen3 is Flux.2 klein's and not Z-Image's, chroma that a T5 is Chroma's and not SD "
      "3's, "
      "krea2 and qwen_image that a Qwen3-VL without its part for pictures is Krea 2's or Qwen-Image "
      "2.1's.");
}

InputDecl pair_type_input() {
  InputDecl decl = declare::choice("clip_type", {"sdxl", "sd3", "flux"},
                                   "What the pair is for. ComfyUI's input 'type'.");
  for (const char* other : {"hunyuan_video", "hidream", "hunyuan_image", "hunyuan_video_15",
                            "kandinsky5", "kandinsky5_image", "ltxv", "newbie", "ace"}) {
    decl.refused.emplace_back(other, "models of that family are not known");
  }
  return decl;
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
                     "its tensors tell.",
          .inputs =
              {
                  text_encoder_input("clip_name"),
                  encoder_type_input(),
                  text_device_input(),
              },
          .outputs =
              {
                  {"clip", "CLIP", "The text encoder."},
              },
      },
      {
          .type = "CLIPLoaderGGUF",
          .category = "loaders",
          .summary = "CLIPLoader by the name that the pack ComfyUI-GGUF gives it.",
          .inputs = {text_encoder_input("clip_name"), encoder_type_input()},
          .outputs =
              {
                  {"clip", "CLIP", "The text encoder."},
              },
      },
      {
          .type = "CLIPVisionLoader",
          .category = "loaders",
          .summary = "Loads what sees pictures: CLIP's ViT-L, ViT-H or ViT-G, or SigLIP. Which it is, "
                     "its tensors tell.",
          .inputs =
              {
                  in_folders({"clip_vision"}, file("clip_name", FileKind::tensors,
                                                   "A vision model with transformers' names of "
                                                   "tensors: safetensors, or a file of torch.save.")),
              },
          .outputs =
              {
                  {"clip_vision", "CLIP_VISION", "The vision model."},
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
                  checkpoint_input(),
              },
          .outputs = whole_model(),
      },
      {
          .type = "CheckpointLoaderSimple",
          .category = "loaders",
          .summary = "Loads a checkpoint, of whichever family its tensors tell (docs/models.md). What "
                     "is not linked is not loaded.",
          .inputs =
              {
                  checkpoint_input(),
              },
          .outputs = whole_model(),
      },
      {
          .type = "ControlNetLoader",
          .category = "loaders",
          .summary = "Loads a ControlNet of SD 1, SD 2 or SDXL.",
          .inputs =
              {
                  in_folders({"controlnet"},
                             file("control_net_name", FileKind::control_net,
                                  "A ControlNet: safetensors, or a file of torch.save (.pth), in its "
                                  "authors' layout or diffusers'.")),
              },
          .outputs =
              {
                  {"control_net", "CONTROL_NET", "The ControlNet."},
              },
      },
      {
          .type = "DiffusersLoader",
          .category = "loaders",
          .summary =
              "Loads a model from a folder as diffusers' save_pretrained writes it, with a folder "
              "for each network. The other loaders take such folders, too.",
          .inputs =
              {
                  in_folders({"diffusers"},
                             file("model_path", FileKind::model,
                                  "The folder, with 'unet' or 'transformer', 'vae' and 'text_encoder' "
                                  "in it.")),
              },
          .outputs = whole_model(),
      },
      {
          .type = "DualCLIPLoader",
          .category = "loaders",
          .summary = "Loads two text encoders from a file each: SDXL's CLIP-L and OpenCLIP-G, Flux.1's "
                     "CLIP-L and T5, or two of SD 3's, in any order.",
          .inputs =
              {
                  text_encoder_input("clip_name1"),
                  text_encoder_input("clip_name2"),
                  pair_type_input(),
                  text_device_input(),
              },
          .outputs =
              {
                  {"clip", "CLIP", "The text encoders."},
              },
      },
      {
          .type = "DualCLIPLoaderGGUF",
          .category = "loaders",
          .summary = "DualCLIPLoader by the name that the pack ComfyUI-GGUF gives it.",
          .inputs = {text_encoder_input("clip_name1"), text_encoder_input("clip_name2"),
                     pair_type_input()},
          .outputs =
              {
                  {"clip", "CLIP", "The text encoders."},
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
          .type = "StyleModelLoader",
          .category = "loaders",
          .summary = "Loads Flux.1 Redux, which makes tokens of a text of what is seen of a picture.",
          .inputs =
              {
                  in_folders({"style_models"},
                             file("style_model_name", FileKind::tensors,
                                  "Flux.1 Redux: safetensors, or a file of torch.save.")),
              },
          .outputs =
              {
                  {"style_model", "STYLE_MODEL", "The style model."},
              },
      },
      {
          .type = "TripleCLIPLoader",
          .category = "loaders",
          .summary = "Loads SD 3's three text encoders from a file each: CLIP-L, OpenCLIP-G and T5, in "
                     "any order.",
          .inputs =
              {
                  text_encoder_input("clip_name1"),
                  text_encoder_input("clip_name2"),
                  text_encoder_input("clip_name3"),
              },
          .outputs =
              {
                  {"clip", "CLIP", "The text encoders."},
              },
      },
      {
          .type = "TripleCLIPLoaderGGUF",
          .category = "loaders",
          .summary = "TripleCLIPLoader by the name that the pack ComfyUI-GGUF gives it.",
          .inputs = {text_encoder_input("clip_name1"), text_encoder_input("clip_name2"),
                     text_encoder_input("clip_name3")},
          .outputs =
              {
                  {"clip", "CLIP", "The text encoders."},
              },
      },
      {
          .type = "UNETLoader",
          .category = "loaders",
          .summary =
              "Loads a diffusion network, a UNet or a transformer, from a file of its own or from "
              "a checkpoint.",
          .inputs =
              {
                  network_input(),
                  weight_dtype_input(),
              },
          .outputs =
              {
                  {"model", "MODEL", "The network that denoises."},
              },
      },
      {
          .type = "UnetLoaderGGUF",
          .category = "loaders",
          .summary =
              "UNETLoader by the name that the pack ComfyUI-GGUF gives it. Weights stay in their "
              "blocks in memory, on a GPU they do not.",
          .inputs = {network_input()},
          .outputs =
              {
                  {"model", "MODEL", "The network that denoises."},
              },
      },
      {
          .type = "VAELoader",
          .category = "loaders",
          .summary = "Loads an autoencoder, from a file of its own or from a checkpoint.",
          .inputs =
              {
                  in_folders({"vae"}, file("vae_name", FileKind::autoencoder,
                                           "A checkpoint in the single-file layout, or an autoencoder "
                                           "alone: safetensors, or a file of torch.save (.ckpt, .pt); "
                                           "or a folder or file that diffusers wrote.")),
              },
          .outputs =
              {
                  {"vae", "VAE", "The autoencoder."},
              },
      },
  };
}

}  // namespace ksampler
