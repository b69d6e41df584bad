#include "host/nodes/image/functions.hpp"

namespace ksampler {

NodeBodies image_functions() {
  return {
      {"ImageGrid", run_image_grid}, {"ImageScale", run_image_scale},
      {"LoadImage", run_load_image}, {"PreviewImage", run_preview_image},
      {"SaveImage", run_save_image},
  };
}

}  // namespace ksampler
