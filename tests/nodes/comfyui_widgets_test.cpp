// ComfyUI's files keep the values of a node in a row, in the order of its declaration, and links by the
// numbers of outputs. So names, order, defaults and ranges are to be ComfyUI's. The table is written
// from ComfyUI's own declarations (nodes.py and comfy_extras/nodes_*.py), a line a node:
//   name TYPE, of a link; name TYPE default least..most, of a value; a choice has what it takes, of
//   which the first is the default unless another stands behind them; '?': may be left out
#include "host/nodes/declarations.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace ksampler {
namespace {

struct Row {
  const char* type;
  const char* inputs;
  const char* outputs;
};

const Row kRows[] = {
    // nodes.py
    {"CheckpointLoader",
     "config_name "
     "anything_v3.yaml|v1-inference.yaml|v1-inference_clip_skip_2.yaml|v1-inference_clip_skip_2_fp16."
     "yaml|"
     "v1-inference_fp16.yaml|v1-inpainting-inference.yaml|v2-inference-v.yaml|v2-inference-v_fp32.yaml|"
     "v2-inference.yaml|v2-inference_fp32.yaml|v2-inpainting-inference.yaml, "
     "ckpt_name FILE",
     "MODEL, CLIP, VAE"},
    {"CLIPLoader",
     "clip_name FILE, clip_type "
     "stable_diffusion|stable_cascade|sd3|stable_audio|mochi|ltxv|pixart|cosmos|lumina2|wan|hidream|"
     "chroma|ace|omnigen2|qwen_image|hunyuan_image|flux2|ovis|longcat_image|cogvideox|lens|pixeldit|"
     "ideogram4|boogu|krea2|joyimage|mage|minimax|yue2, device default|cpu",
     "CLIP"},
    {"CLIPVisionEncode", "clip_vision CLIP_VISION, image IMAGE, crop center|none",
     "CLIP_VISION_OUTPUT"},
    {"CLIPVisionLoader", "clip_name FILE", "CLIP_VISION"},
    {"StyleModelApply",
     "conditioning CONDITIONING, style_model STYLE_MODEL, clip_vision_output CLIP_VISION_OUTPUT, "
     "strength FLOAT 1 0..10, strength_type multiply|attn_bias",
     "CONDITIONING"},
    {"StyleModelLoader", "style_model_name FILE", "STYLE_MODEL"},
    // nodes_lumina2.py
    {"CLIPTextEncodeLumina2", "system_prompt superior|alignment, user_prompt STRING, clip CLIP",
     "CONDITIONING"},
    // nodes.py
    {"ConditioningSetAreaPercentage",
     "conditioning CONDITIONING, width FLOAT 1 0..1, height FLOAT 1 0..1, x FLOAT 0 0..1, "
     "y FLOAT 0 0..1, strength FLOAT 1 0..10",
     "CONDITIONING"},
    {"ControlNetApply",
     "conditioning CONDITIONING, control_net CONTROL_NET, image IMAGE, strength FLOAT 1 0..10",
     "CONDITIONING"},
    {"ControlNetApplyAdvanced",
     "positive CONDITIONING, negative CONDITIONING, control_net CONTROL_NET, image IMAGE, strength "
     "FLOAT "
     "1 0..10, start_percent FLOAT 0 0..1, end_percent FLOAT 1 0..1, vae VAE?",
     "CONDITIONING, CONDITIONING"},
    {"ControlNetLoader", "control_net_name FILE", "CONTROL_NET"},
    {"DiffusersLoader", "model_path FILE", "MODEL, CLIP, VAE"},
    {"InpaintModelConditioning",
     "positive CONDITIONING, negative CONDITIONING, vae VAE, pixels IMAGE, mask MASK, noise_mask "
     "BOOLEAN true",
     "CONDITIONING, CONDITIONING, LATENT"},
    {"LatentCrop",
     "samples LATENT, width INT 512 64..16384, height INT 512 64..16384, x INT 0 0..16384, "
     "y INT 0 0..16384",
     "LATENT"},
    {"LatentFlip", "samples LATENT, flip_method x-axis: vertically|y-axis: horizontally", "LATENT"},
    {"LatentFromBatch", "samples LATENT, batch_index INT 0 -16384..16384, length INT 1 1..64",
     "LATENT"},
    {"LatentRotate", "samples LATENT, rotation none|90 degrees|180 degrees|270 degrees", "LATENT"},
    {"LoadImageOutput", "image FILE", "IMAGE, MASK"},
    {"RepeatLatentBatch", "samples LATENT, amount INT 1 1..64", "LATENT"},
    // The guiders: nodes_apg.py, nodes_cfg.py, nodes_eps.py, nodes_fresca.py, nodes_lumina2.py,
    // nodes_mahiro.py,
    // nodes_model_advanced.py, nodes_perpneg.py, nodes_tcfg.py
    {"APG", "model MODEL, eta FLOAT 1 -10..10, norm_threshold FLOAT 5 0..50, momentum FLOAT 0 -5..1",
     "MODEL"},
    {"CFGNorm", "model MODEL, strength FLOAT 1 0..100", "MODEL"},
    {"CFGOverride",
     "model MODEL, cfg FLOAT 1 0..100, start_percent FLOAT 0 0..1, end_percent FLOAT 1 0..1", "MODEL"},
    {"CFGZeroStar", "model MODEL", "MODEL"},
    {"Epsilon Scaling", "model MODEL, scaling_factor FLOAT 1.005 0.5..1.5", "MODEL"},
    {"FreSca",
     "model MODEL, scale_low FLOAT 1 0..10, scale_high FLOAT 1.25 0..10, freq_cutoff INT 20 1..10000",
     "MODEL"},
    {"Mahiro", "model MODEL", "MODEL"},
    {"PerturbedAttentionGuidance", "model MODEL, scale FLOAT 3 0..100", "MODEL"},
    {"PerpNeg", "model MODEL, empty_conditioning CONDITIONING, neg_scale FLOAT 1 0..100", "MODEL"},
    {"RenormCFG", "model MODEL, cfg_trunc FLOAT 100 0..100, renorm_cfg FLOAT 1 0..100", "MODEL"},
    {"RescaleCFG", "model MODEL, multiplier FLOAT 0.7 0..1", "MODEL"},
    {"TCFG", "model MODEL", "MODEL"},
    {"TemporalScoreRescaling", "model MODEL, tsr_k FLOAT 0.95 0.01..100, tsr_sigma FLOAT 1 0.01..100",
     "MODEL"},
    // nodes_align_your_steps.py
    {"AlignYourStepsScheduler", "model_type SD1|SDXL|SVD, steps INT 10 1..10000, denoise FLOAT 1 0..1",
     "SIGMAS"},
    // nodes_clip_sdxl.py
    {"CLIPTextEncodeSDXLRefiner",
     "clip CLIP, ascore FLOAT 6 0..1000, width INT 1024 0..16384, height INT 1024 0..16384, text "
     "STRING",
     "CONDITIONING"},
    // nodes_compositing.py
    {"JoinImageWithAlpha", "image IMAGE, alpha MASK", "IMAGE"},
    {"SplitImageWithAlpha", "image IMAGE", "IMAGE, MASK"},
    // nodes_custom_sampler.py. (Where its least value divides by 0 there, the least is above 0 here.)
    {"AddNoise", "model MODEL, noise NOISE, sigmas SIGMAS, latent_image LATENT", "LATENT"},
    {"BetaSamplingScheduler",
     "model MODEL, steps INT 20 1..10000, alpha FLOAT 0.6 0.01..50, beta FLOAT 0.6 0.01..50", "SIGMAS"},
    {"ExponentialScheduler",
     "steps INT 20 1..10000, sigma_max FLOAT 14.614642 0..5000, sigma_min FLOAT 0.0291675 0..5000",
     "SIGMAS"},
    {"ExtendIntermediateSigmas",
     "sigmas SIGMAS, steps INT 2 1..100, start_at_sigma FLOAT -1 -1..20000, end_at_sigma FLOAT 12 "
     "0..20000, spacing linear|cosine|sine",
     "SIGMAS"},
    {"KarrasScheduler",
     "steps INT 20 1..10000, sigma_max FLOAT 14.614642 0..5000, sigma_min FLOAT 0.0291675 0..5000, "
     "rho FLOAT 7 0.01..100",
     "SIGMAS"},
    {"LaplaceScheduler",
     "steps INT 20 1..10000, sigma_max FLOAT 14.614642 0..5000, sigma_min FLOAT 0.0291675 0..5000, "
     "mu FLOAT 0 -10..10, beta FLOAT 0.5 0..10",
     "SIGMAS"},
    {"PolyexponentialScheduler",
     "steps INT 20 1..10000, sigma_max FLOAT 14.614642 0..5000, sigma_min FLOAT 0.0291675 0..5000, "
     "rho FLOAT 1 0.01..100",
     "SIGMAS"},
    {"SDTurboScheduler", "model MODEL, steps INT 1 1..10, denoise FLOAT 1 0..1", "SIGMAS"},
    {"SamplerCustom",
     "model MODEL, add_noise BOOLEAN true, noise_seed SEED, cfg FLOAT 8 0..100, positive "
     "CONDITIONING, negative CONDITIONING, sampler SAMPLER, sigmas SIGMAS, latent_image LATENT",
     "LATENT, LATENT"},
    {"SamplerDPMAdaptative",
     "order INT 3 2..3, rtol FLOAT 0.05 1e-06..100, atol FLOAT 0.0078 1e-06..100, h_init FLOAT "
     "0.05 0.0001..100, pcoeff FLOAT 0 0..100, icoeff FLOAT 1 0..100, dcoeff FLOAT 0 0..100, "
     "accept_safety FLOAT 0.81 0..1, eta FLOAT 0 0..100, s_noise FLOAT 1 0..100",
     "SAMPLER"},
    {"SamplerDPMPP_2M_SDE",
     "solver_type midpoint|heun, eta FLOAT 1 0..100, s_noise FLOAT 1 0..100, noise_device gpu|cpu",
     "SAMPLER"},
    {"SamplerDPMPP_2S_Ancestral", "eta FLOAT 1 0..100, s_noise FLOAT 1 0..100", "SAMPLER"},
    {"SamplerDPMPP_3M_SDE", "eta FLOAT 1 0..100, s_noise FLOAT 1 0..100, noise_device gpu|cpu",
     "SAMPLER"},
    {"SamplerDPMPP_SDE",
     "eta FLOAT 1 0..100, s_noise FLOAT 1 0..100, r FLOAT 0.5 0.01..100, noise_device gpu|cpu",
     "SAMPLER"},
    {"SamplerER_SDE",
     "solver_type ER-SDE|Reverse-time SDE|ODE, max_stage INT 3 1..3, eta FLOAT 1 0..100, s_noise "
     "FLOAT 1 0..100",
     "SAMPLER"},
    {"SamplerEulerAncestral", "eta FLOAT 1 0..100, s_noise FLOAT 1 0..100", "SAMPLER"},
    {"SamplerEulerAncestralCFGPP", "eta FLOAT 1 0..1, s_noise FLOAT 1 0..10", "SAMPLER"},
    {"SamplerLCM", "s_noise FLOAT 1 0..64, s_noise_end FLOAT 1 0..64, noise_clip_std FLOAT 0 0..10",
     "SAMPLER"},
    {"SamplerLMS", "order INT 4 1..100", "SAMPLER"},
    {"SamplerSASolver",
     "model MODEL, eta FLOAT 1 0..10, sde_start_percent FLOAT 0.2 0..1, sde_end_percent FLOAT 0.8 "
     "0..1, s_noise FLOAT 1 0..100, predictor_order INT 3 1..6, corrector_order INT 4 0..6, "
     "use_pece BOOLEAN false, simple_order_2 BOOLEAN false",
     "SAMPLER"},
    {"SamplerSEEDS2",
     "solver_type phi_1|phi_2, eta FLOAT 1 0..100, s_noise FLOAT 1 0..100, r FLOAT 0.5 0.01..1",
     "SAMPLER"},
    {"SamplingPercentToSigma",
     "model MODEL, sampling_percent FLOAT 0 0..1, return_actual_sigma BOOLEAN false", "FLOAT"},
    {"SetFirstSigma", "sigmas SIGMAS, sigma FLOAT 136 0..20000", "SIGMAS"},
    {"VPScheduler",
     "steps INT 20 1..10000, beta_d FLOAT 19.9 0..5000, beta_min FLOAT 0.1 0..5000, eps_s FLOAT "
     "0.001 0..1",
     "SIGMAS"},
    // nodes_differential_diffusion.py
    {"DifferentialDiffusion", "model MODEL, strength FLOAT 1 0..1", "MODEL"},
    // nodes_flux.py. (What is refused is not among the choices.)
    {"EmptyFlux2LatentImage",
     "width INT 1024 16..16384, height INT 1024 16..16384, batch_size INT 1 1..4096", "LATENT"},
    {"Flux2Scheduler", "steps INT 20 1..4096, width INT 1024 16..16384, height INT 1024 16..16384",
     "SIGMAS"},
    {"FluxKontextMultiReferenceLatentMethod",
     "conditioning CONDITIONING, reference_latents_method offset|index|uxo/uno|index_timestep_zero",
     "CONDITIONING"},
    // nodes_cond.py, nodes_ideogram4.py, nodes_ip2p.py, nodes_lt.py
    {"ConditioningMultiply", "conditioning CONDITIONING, multiplier FLOAT 1 -100..100", "CONDITIONING"},
    {"Ideogram4Scheduler",
     "steps INT 20 1..200, width INT 1024 256..8192, height INT 1024 256..8192, mu FLOAT 0 -10..10, "
     "std FLOAT 1.75 0.1..5",
     "SIGMAS"},
    {"InstructPixToPixConditioning",
     "positive CONDITIONING, negative CONDITIONING, vae VAE, pixels IMAGE",
     "CONDITIONING, CONDITIONING, LATENT"},
    {"LTXVScheduler",
     "steps INT 20 1..10000, max_shift FLOAT 2.05 0..100, base_shift FLOAT 0.95 0..100, stretch "
     "BOOLEAN true, terminal FLOAT 0.1 0..0.99, latent LATENT?",
     "SIGMAS"},
    // nodes_qwen.py
    {"EmptyQwenImageLayeredLatentImage",
     "width INT 640 16..16384, height INT 640 16..16384, layers INT 3 0..16384, batch_size INT 1 "
     "1..4096",
     "LATENT"},
    {"LatentCutToBatch", "samples LATENT, dim t|x|y, slice_size INT 1 1..16384", "LATENT"},
    {"TextEncodeQwenImage21",
     "clip CLIP, prompt STRING, negative_prompt STRING, vae VAE?, resolution INT 1024 0..4096, "
     "images.image_1 IMAGE?, images.image_2 IMAGE?, images.image_3 IMAGE?, images.image_4 IMAGE?, "
     "images.image_5 IMAGE?, images.image_6 IMAGE?, images.image_7 IMAGE?, images.image_8 IMAGE?, "
     "images.image_9 IMAGE?, images.image_10 IMAGE?, images.image_11 IMAGE?, images.image_12 IMAGE?, "
     "images.image_13 IMAGE?, images.image_14 IMAGE?, images.image_15 IMAGE?, images.image_16 IMAGE?",
     "CONDITIONING, CONDITIONING, LATENT"},
    {"TextEncodeQwenImageEdit", "clip CLIP, prompt STRING, vae VAE?, image IMAGE?", "CONDITIONING"},
    {"TextEncodeQwenImageEditPlus",
     "clip CLIP, prompt STRING, vae VAE?, image1 IMAGE?, image2 IMAGE?, image3 IMAGE?", "CONDITIONING"},
    // nodes_images.py
    {"ImageFlip", "image IMAGE, flip_method x-axis: vertically|y-axis: horizontally", "IMAGE"},
    {"ImageFromBatch", "image IMAGE, batch_index INT 0 -16384..16384, length INT 1 1..4096", "IMAGE"},
    {"ImageRotate", "image IMAGE, rotation none|90 degrees|180 degrees|270 degrees", "IMAGE"},
    {"ImageScaleToMaxDimension",
     "image IMAGE, upscale_method area|lanczos|bilinear|nearest-exact|bicubic, "
     "largest_size INT 512 0..16384",
     "IMAGE"},
    {"RepeatImageBatch", "image IMAGE, amount INT 1 1..4096", "IMAGE"},
    // nodes_latent.py
    {"LatentBatch", "samples1 LATENT, samples2 LATENT", "LATENT"},
    // nodes_mask.py
    {"CropMask",
     "mask MASK, x INT 0 0..16384, y INT 0 0..16384, width INT 512 1..16384, height INT 512 1..16384",
     "MASK"},
    {"FeatherMask",
     "mask MASK, left INT 0 0..16384, top INT 0 0..16384, right INT 0 0..16384, bottom INT 0 0..16384",
     "MASK"},
    {"GrowMask", "mask MASK, expand INT 0 -16384..16384, tapered_corners BOOLEAN true", "MASK"},
    {"ImageColorToMask", "image IMAGE, color INT 0 0..16777215", "MASK"},
    {"ImageCompositeMasked",
     "destination IMAGE, source IMAGE, x INT 0 0..16384, y INT 0 0..16384, resize_source BOOLEAN "
     "false, "
     "mask MASK?",
     "IMAGE"},
    {"MaskComposite",
     "destination MASK, source MASK, x INT 0 0..16384, y INT 0 0..16384, "
     "operation multiply|add|subtract|and|or|xor",
     "MASK"},
    {"MaskToImage", "mask MASK", "IMAGE"},
    {"SolidMask", "value FLOAT 1 0..1, width INT 512 1..16384, height INT 512 1..16384", "MASK"},
    {"ThresholdMask", "mask MASK, value FLOAT 0.5 0..1", "MASK"},
    // nodes_post_processing.py, nodes_resolution.py, nodes_logic.py
    {"CustomCombo", "choice STRING, index INT 0 0..9.00719925474e+15", "STRING, INT"},
    {"ImageCompare", "image_a IMAGE?, image_b IMAGE?", ""},
    {"SaveImageAdvanced",
     "images IMAGE, filename_prefix STRING ksampler, format png, format.bit_depth 8-bit|16-bit, "
     "format.input_color_space sRGB",
     "IMAGE"},
    {"ResizeImageMaskNode",
     "input *, resize_type scale dimensions|scale by multiplier|scale longer dimension|"
     "scale shorter dimension|scale width|scale height|scale total pixels|match size|scale to "
     "multiple, "
     "resize_type.width INT 512 0..16384, resize_type.height INT 512 0..16384, "
     "resize_type.crop disabled|center center, resize_type.multiplier FLOAT 1 0.01..8, "
     "resize_type.longer_size INT 512 0..16384, resize_type.shorter_size INT 512 0..16384, "
     "resize_type.megapixels FLOAT 1 0.01..16, resize_type.multiple INT 1..16384?, resize_type.match "
     "*?, "
     "scale_method nearest-exact|bilinear|area|bicubic|lanczos area",
     "*"},
    {"ResolutionSelector",
     "aspect_ratio 1:1 (Square)|3:2 (Photo)|4:3 (Standard)|16:9 (Widescreen)|21:9 (Ultrawide)|"
     "2:3 (Portrait Photo)|3:4 (Portrait Standard)|9:16 (Portrait Widescreen), megapixels FLOAT 1 "
     "0.1..16, "
     "multiple INT 8 8..128, minimum INT 256 32..4096",
     "INT, INT"},
    // KJNodes, rgthree. (What has several inputs more in the editor has ten here.)
    {"Any Switch (rgthree)",
     "any_01 *?, any_02 *?, any_03 *?, any_04 *?, any_05 *?, any_06 *?, any_07 *?, any_08 *?, any_09 "
     "*?, "
     "any_10 *?",
     "*"},
    {"Context (rgthree)",
     "base_ctx RGTHREE_CONTEXT?, model MODEL?, clip CLIP?, vae VAE?, positive CONDITIONING?, "
     "negative CONDITIONING?, latent LATENT?, images IMAGE?, seed INT?",
     "RGTHREE_CONTEXT, MODEL, CLIP, VAE, CONDITIONING, CONDITIONING, LATENT, IMAGE, INT"},
    {"FloatConstant", "value FLOAT 0 -1.84467440737e+19..1.84467440737e+19", "FLOAT"},
    {"INTConstant", "value INT 0 -inf..inf", "INT"},
    {"Image Comparer (rgthree)", "image_a IMAGE?, image_b IMAGE?", ""},
    {"Seed (rgthree)", "seed INT 0 -1.12589990684e+15..1.12589990684e+15", "INT"},
    {"StringConstant", "string STRING", "STRING"},
    // nodes_model_advanced.py. (What is refused is not among the choices.)
    {"ModelSamplingAuraFlow", "model MODEL, shift FLOAT 1.73 0..100, sampling flow", "MODEL"},
    {"ModelSamplingContinuousEDM",
     "model MODEL, sampling v_prediction|edm|eps|cosmos_rflow, sigma_max FLOAT 120 0..1000, "
     "sigma_min FLOAT 0.002 0..1000",
     "MODEL"},
    {"ModelSamplingContinuousV",
     "model MODEL, sampling v_prediction, sigma_max FLOAT 500 0..1000, sigma_min FLOAT 0.03 0..1000",
     "MODEL"},
};

std::string type_of(const InputDecl& input) {
  switch (input.kind) {
    case InputKind::link:
      return input.type;
    case InputKind::integer:
      return "INT";
    case InputKind::seed:
      return "SEED";
    case InputKind::number:
      return "FLOAT";
    case InputKind::boolean:
      return "BOOLEAN";
    case InputKind::text:
      return "STRING";
    case InputKind::file:
      return "FILE";
    case InputKind::choice: {
      std::string choices;
      for (const std::string& each : input.choices) choices += (choices.empty() ? "" : "|") + each;
      return choices;
    }
    default:
      return "OTHER";
  }
}

std::string default_of(const InputDecl& input) {
  std::ostringstream text;
  if (const auto* flag = std::get_if<bool>(&input.default_value)) text << (*flag ? " true" : " false");
  if (const auto* whole = std::get_if<std::int64_t>(&input.default_value)) text << ' ' << *whole;
  if (const auto* number = std::get_if<double>(&input.default_value)) {
    text.precision(12);
    text << ' ' << *number;
  }
  if (const auto* words = std::get_if<std::string>(&input.default_value)) {
    const bool usual = words->empty() || (!input.choices.empty() && *words == input.choices.front());
    if (!usual) text << ' ' << *words;
  }
  return text.str();
}

std::string range_of(const InputDecl& input) {
  if (input.kind != InputKind::integer && input.kind != InputKind::number) return "";
  std::ostringstream text;
  text.precision(12);
  text << ' ' << input.minimum << ".." << input.maximum;
  return text.str();
}

std::string inputs_of(const NodeDecl& decl) {
  std::string text;
  for (const InputDecl& input : decl.inputs) {
    text += (text.empty() ? "" : ", ") + input.name + " " + type_of(input) + default_of(input) +
            range_of(input) + (input.optional ? "?" : "");
  }
  return text;
}

std::string outputs_of(const NodeDecl& decl) {
  std::string text;
  for (const OutputDecl& output : decl.outputs) text += (text.empty() ? "" : ", ") + output.type;
  return text;
}

TEST(NodesOfComfyUI, HaveItsInputsInItsOrderWithItsRangesAndItsOutputs) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(row.type);
    const auto& all = node_declarations();
    const auto at = std::ranges::find(all, row.type, &NodeDecl::type);
    ASSERT_NE(at, all.end());
    EXPECT_EQ(inputs_of(*at), row.inputs);
    EXPECT_EQ(outputs_of(*at), row.outputs);
  }
}

// Their fields would else have another order in the editor than ours.
TEST(NodesOfComfyUI, HaveWhatMayBeLeftOutBehindWhatMayNot) {
  for (const NodeDecl& decl : node_declarations()) {
    bool behind = false;
    for (const InputDecl& input : decl.inputs) {
      if (input.kind == InputKind::link || input.optional || !input.depends_on.empty()) continue;
      EXPECT_TRUE(input.omissible || !behind) << decl.type << "." << input.name;
      behind = behind || input.omissible;
    }
  }
}

}  // namespace
}  // namespace ksampler
