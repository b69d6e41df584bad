#include "host/nodes/image/functions.hpp"

namespace ksampler {

NodeBodies image_functions() {
  return {
      {"EmptyImage", run_empty_image},
      {"GetImageSize", run_get_image_size},
      {"ImageBatch", run_image_batch},
      {"ImageBlend", run_image_blend},
      {"ImageCrop", run_image_crop},
      {"ImageGrid", run_image_grid},
      {"ImageInvert", run_image_invert},
      {"ImagePadForOutpaint", run_image_pad_for_outpaint},
      {"ImageScale", run_image_scale},
      {"ImageScaleBy", run_image_scale_by},
      {"ImageScaleToTotalPixels", run_image_scale_to_total_pixels},
      {"LoadImage", run_load_image},
      {"PreviewImage", run_preview_image},
      {"SaveImage", run_save_image},
  };
}

}  // namespace ksampler
