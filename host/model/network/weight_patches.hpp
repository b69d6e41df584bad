// Changes to the weights of a network, by the full names of its tensors: what a LoRA does to them.
#ifndef KSAMPLER_MODEL_NETWORK_WEIGHT_PATCHES_HPP
#define KSAMPLER_MODEL_NETWORK_WEIGHT_PATCHES_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// What one kind of LoRA makes of its small tensors: a formula. Thread rule: immutable.
class WeightDelta {
 public:
  WeightDelta() = default;
  WeightDelta(const WeightDelta&) = delete;
  WeightDelta& operator=(const WeightDelta&) = delete;
  virtual ~WeightDelta() = default;

  // In float32, on the device of `weight`, and as many elements as that has, in their order. `weight`
  // is W as it is by now, in float32: the formula of a GLoRA needs it.
  virtual at::Tensor of(const at::Tensor& weight) const = 0;
};

// DoRA (Liu et al. 2024): the norms that rows or columns of W + delta are given.
struct Magnitudes {
  enum class Divisor {
    sum_rows,     // |W + delta| of each output, as in the paper
    base_rows,    // |W| of each output
    sum_columns,  // |W + delta| of each input
  };
  at::Tensor values;  // one for each; undefined: it is no DoRA
  Divisor divisor = Divisor::sum_rows;
};

// W <- W + strength * scale * delta;  with magnitudes m:  V = W + scale * delta
//                                                         W <- W + strength * (m / |.| * V - W)
struct WeightPatch {
  std::shared_ptr<const WeightDelta> delta;
  double strength = 1.0;
  double scale = 1.0;  // alpha / rank
  Magnitudes magnitudes = {};
  bool replaces = false;  // W <- delta instead
  std::int64_t first_row = 0;
  std::int64_t rows = 0;     // of W that it is for
  bool transposed = false;   // the tensor is W's transpose; then of all of it
  std::int64_t columns = 0;  // of W, which is filled up with zeros to so many; 0: all that it has
};

// Of each tensor, in the order in which they are applied.
using WeightPatches = std::map<std::string, std::vector<WeightPatch>>;

// How many columns a weight of so many has after all of them.
std::int64_t columns_with(const std::vector<WeightPatch>& patches, std::int64_t columns);

// The weight after all of them, computed in float32, and then in its own type again. A new tensor.
at::Tensor patched(const at::Tensor& weight, const std::vector<WeightPatch>& patches);

}  // namespace ksampler

#endif
