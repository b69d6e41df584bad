#include "host/nodes/image/functions.hpp"

namespace ksampler {

NodeBodies image_functions() {
  return {
      {"BatchImagesNode", run_batch_images},
      {"EmptyImage", run_empty_image},
      {"GetImageSize", run_get_image_size},
      {"ImageBatch", run_image_batch},
      {"ImageBlend", run_image_blend},
      {"ImageCompare", run_image_compare},
      {"ImageCompositeMasked", run_image_composite_masked},
      {"ImageCrop", run_image_crop},
      {"ImageFlip", run_image_flip},
      {"ImageFromBatch", run_image_from_batch},
      {"ImageGrid", run_image_grid},
      {"ImageInvert", run_image_invert},
      {"ImagePadForOutpaint", run_image_pad_for_outpaint},
      {"ImageRotate", run_image_rotate},
      {"FluxKontextImageScale", run_flux_kontext_image_scale},
      {"ImageScale", run_image_scale},
      {"ImageScaleBy", run_image_scale_by},
      {"ImageScaleToMaxDimension", run_image_scale_to_max_dimension},
      {"ImageScaleToTotalPixels", run_image_scale_to_total_pixels},
      {"JoinImageWithAlpha", run_join_image_with_alpha},
      {"LoadImage", run_load_image},
      {"LoadImageOutput", run_load_image},
      {"PreviewImage", run_preview_image},
      {"RepeatImageBatch", run_repeat_image_batch},
      {"ResizeImageMaskNode", run_resize_image_mask},
      {"SaveImage", run_save_image},
      {"SaveImageAdvanced", run_save_image_advanced},
      {"SplitImageWithAlpha", run_split_image_with_alpha},
  };
}

}  // namespace ksampler
