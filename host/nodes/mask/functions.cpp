#include "host/nodes/mask/functions.hpp"

namespace ksampler {

NodeBodies mask_functions() {
  return {
      {"ImageToMask", run_image_to_mask},
      {"InvertMask", run_invert_mask},
      {"LoadImageMask", run_load_image_mask},
      {"LoadMask", run_load_mask},
  };
}

}  // namespace ksampler
