#include "host/nodes/latent/functions.hpp"

namespace ksampler {

NodeBodies latent_functions() {
  return {
      {"BatchLatentsNode", run_batch_latents},
      {"EmptyFlux2LatentImage", run_empty_flux2_latent_image},
      {"EmptyLatentImage", run_empty_latent_image},
      {"EmptyQwenImageLayeredLatentImage", run_empty_qwen_image_layered_latent_image},
      {"EmptySD3LatentImage", run_empty_sd3_latent_image},
      {"LatentAdd", run_latent_add},
      {"LatentBatch", run_latent_batch},
      {"LatentBlend", run_latent_blend},
      {"LatentComposite", run_latent_composite},
      {"LatentCompositeMasked", run_latent_composite_masked},
      {"LatentCrop", run_latent_crop},
      {"LatentCutToBatch", run_latent_cut_to_batch},
      {"LatentFlip", run_latent_flip},
      {"LatentFromBatch", run_latent_from_batch},
      {"LatentInterpolate", run_latent_interpolate},
      {"LatentMultiply", run_latent_multiply},
      {"LatentPreview", run_latent_preview},
      {"LatentRotate", run_latent_rotate},
      {"LatentSubtract", run_latent_subtract},
      {"LatentUpscale", run_latent_upscale},
      {"LatentUpscaleBy", run_latent_upscale_by},
      {"LoadLatent", run_load_latent},
      {"RepeatLatentBatch", run_repeat_latent_batch},
      {"SaveLatent", run_save_latent},
      {"SetLatentNoiseMask", run_set_latent_noise_mask},
      {"VAEDecode", run_vae_decode},
      {"VAEDecodeTiled", run_vae_decode_tiled},
      {"VAEEncode", run_vae_encode},
      {"VAEEncodeForInpaint", run_vae_encode_for_inpaint},
      {"VAEEncodeTiled", run_vae_encode_tiled},
  };
}

}  // namespace ksampler
