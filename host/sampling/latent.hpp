// ComfyUI's LATENT: the samples, and what travels with them.
#ifndef KSAMPLER_SAMPLING_LATENT_HPP
#define KSAMPLER_SAMPLING_LATENT_HPP

#include "host/model/family/latent_format.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

namespace ksampler {

struct Latent {
  at::Tensor samples;       // [B,C,H,W]; zeros where it is empty
  std::int64_t layers = 1;  // of one picture, that stand one below the other in `samples`
  at::Tensor
      noise_mask;  // [B,1,H,W] or [B,H,W] of any size, 1 where sampling may change; undefined: all
  // Which draw of the seed each item's noise is; none: one draw for the whole batch.
  std::optional<std::vector<std::int64_t>> batch_index;
  // Of an empty one: of the picture, that a cell is wide and high. A model whose cells are of another
  // size makes as large a picture of it. 0: nobody said it.
  std::int64_t cell_pixels = 0;
};

// What a run has in its place, [B,C,H,W]. An empty one of other channels gets the model's, and as many
// cells as its picture has of the model's, as in ComfyUI, so that EmptyLatentImage serves every model.
// All others are left as they are.
std::vector<std::int64_t> sizes_for(const Latent& latent, const LatentFormat& format);

}  // namespace ksampler

#endif
