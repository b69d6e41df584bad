// Changes to the weights of a network, by the full names of its tensors: what a LoRA adds.
#ifndef KSAMPLER_MODEL_NETWORK_WEIGHT_PATCHES_HPP
#define KSAMPLER_MODEL_NETWORK_WEIGHT_PATCHES_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace ksampler {

// scale * up * down (Hu et al. 2021), added to some rows of a weight. Of a convolution, up and down are
// its first and last dimensions, and the others are down's; or, with `mid`, mid's:
//   delta[o,i,h,w] = scale * sum_ab up[o,a] mid[a,b,h,w] down[b,i]     (LyCORIS, "cp")
struct LowRank {
  at::Tensor up;    // [rows,r]
  at::Tensor down;  // [r,columns]
  at::Tensor mid;   // [r,r,h,w], or undefined
  double scale = 1.0;
  std::int64_t first_row = 0;
  std::int64_t rows = 0;
};

using WeightPatches = std::map<std::string, std::vector<LowRank>>;

// The weight with all of them added, in float32, and then in its own type again. A new tensor.
at::Tensor patched(const at::Tensor& weight, const std::vector<LowRank>& patches);

}  // namespace ksampler

#endif
