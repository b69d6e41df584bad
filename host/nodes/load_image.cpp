#include "host/files/jpeg.hpp"
#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/empty.h>

namespace ksampler {

std::vector<Value> run_load_image(const NodeContext&, const Inputs& in) {
  const Picture picture = read_picture(in.text("image"));
  at::Tensor image = at::empty({1, picture.height, picture.width, 3});
  at::Tensor mask = at::empty({1, picture.height, picture.width});
  auto* rgb = image.data_ptr<float>();
  auto* transparency = mask.data_ptr<float>();
  for (std::size_t i = 0; i < picture.rgba.size(); i += 4) {
    for (std::size_t c = 0; c < 3; ++c) *rgb++ = static_cast<float>(picture.rgba[i + c]) / 65535.0f;
    *transparency++ = 1.0f - static_cast<float>(picture.rgba[i + 3]) / 65535.0f;
  }
  return {ImageValue(image), MaskValue(mask)};
}

}  // namespace ksampler
