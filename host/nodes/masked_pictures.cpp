#include "host/nodes/masked_pictures.hpp"

#include "host/model/picture/pictures.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/upsample_bilinear2d.h>

namespace ksampler {

MaskedPictures masked_pictures(const at::Tensor& pictures, const at::Tensor& mask,
                               std::int64_t multiple) {
  const at::Tensor resized =
      at::upsample_bilinear2d(mask.reshape({-1, 1, mask.size(-2), mask.size(-1)}),
                              {pictures.size(1), pictures.size(2)}, /*align_corners=*/false);
  // Cut like the pictures, with the channel last as they have it.
  const at::Tensor cut = cut_to_scale(resized.permute({0, 2, 3, 1}), multiple);
  const at::Tensor kept = 1.0 - cut.round();
  return {.pictures = (cut_to_scale(pictures, multiple).narrow(3, 0, 3) - 0.5) * kept + 0.5,
          .mask = cut.permute({0, 3, 1, 2}).contiguous()};
}

}  // namespace ksampler
