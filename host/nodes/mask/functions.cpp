#include "host/nodes/mask/functions.hpp"

namespace ksampler {

NodeBodies mask_functions() {
  return {
      {"BatchMasksNode", run_batch_masks},
      {"CropMask", run_crop_mask},
      {"FeatherMask", run_feather_mask},
      {"GrowMask", run_grow_mask},
      {"ImageColorToMask", run_image_color_to_mask},
      {"ImageToMask", run_image_to_mask},
      {"InvertMask", run_invert_mask},
      {"LoadImageMask", run_load_image_mask},
      {"LoadMask", run_load_mask},
      {"MaskComposite", run_mask_composite},
      {"MaskToImage", run_mask_to_image},
      {"SolidMask", run_solid_mask},
      {"ThresholdMask", run_threshold_mask},
  };
}

}  // namespace ksampler
