#include "host/nodes/conditioning/functions.hpp"

namespace ksampler {

NodeBodies conditioning_functions() {
  return {
      {"CLIPSetLastLayer", run_clip_set_last_layer},
      {"CLIPTextEncode", run_clip_text_encode},
      {"CLIPTextEncodeFlux", run_clip_text_encode_flux},
      {"CLIPTextEncodeLumina2", run_clip_text_encode_lumina2},
      {"CLIPTextEncodeSD3", run_clip_text_encode_sd3},
      {"CLIPTextEncodeSDXL", run_clip_text_encode_sdxl},
      {"CLIPTextEncodeSDXLRefiner", run_clip_text_encode_sdxl_refiner},
      {"CLIPVisionEncode", run_clip_vision_encode},
      {"ClassConditioning", run_class_conditioning},
      {"ConditioningAverage", run_conditioning_average},
      {"ConditioningCombine", run_conditioning_combine},
      {"ConditioningConcat", run_conditioning_concat},
      {"ConditioningMultiply", run_conditioning_multiply},
      {"ConditioningSetArea", run_conditioning_set_area},
      {"ConditioningSetAreaPercentage", run_conditioning_set_area_percentage},
      {"ConditioningSetAreaStrength", run_conditioning_set_area_strength},
      {"ConditioningSetMask", run_conditioning_set_mask},
      {"ConditioningSetTimestepRange", run_conditioning_set_timestep_range},
      {"ConditioningZeroOut", run_conditioning_zero_out},
      {"FluxGuidance", run_flux_guidance},
      {"FluxKontextMultiReferenceLatentMethod", run_reference_latent_method},
      {"InpaintModelConditioning", run_inpaint_model_conditioning},
      {"InstructPixToPixConditioning", run_instruct_pix_to_pix_conditioning},
      {"ReferenceLatent", run_reference_latent},
      {"StyleModelApply", run_style_model_apply},
      {"T5TokenizerOptions", run_t5_tokenizer_options},
      {"TextEncodeQwenImage21", run_text_encode_qwen_image21},
      {"TextEncodeQwenImageEdit", run_text_encode_qwen_image_edit},
      {"TextEncodeQwenImageEditPlus", run_text_encode_qwen_image_edit_plus},
      {"ToyConditioning", run_toy_conditioning},
  };
}

}  // namespace ksampler
