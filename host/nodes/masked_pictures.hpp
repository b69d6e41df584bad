// Pictures that are to be inpainted, without what is under the mask.
#ifndef KSAMPLER_NODES_MASKED_PICTURES_HPP
#define KSAMPLER_NODES_MASKED_PICTURES_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>

namespace ksampler {

struct MaskedPictures {
  at::Tensor pictures;  // [B,H,W,3], grey where the mask is above 1/2
  at::Tensor mask;      // [b,1,H,W], 0 to 1
};

// `mask` is brought to the size of `pictures`, [B,H,W,3 or more]; of both the middle is taken, in sizes
// that are multiples of `multiple`. Throws Error where the pictures are smaller than that.
MaskedPictures masked_pictures(const at::Tensor& pictures, const at::Tensor& mask,
                               std::int64_t multiple);

}  // namespace ksampler

#endif
