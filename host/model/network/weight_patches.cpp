#include "host/model/network/weight_patches.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <limits>

namespace ksampler {
namespace {

// m / |.|, in a shape that multiplies W.
at::Tensor gains(const Magnitudes& magnitudes, const at::Tensor& base, const at::Tensor& sum) {
  using enum Magnitudes::Divisor;
  const bool of_rows = magnitudes.divisor != sum_columns;
  const at::Tensor& measured = magnitudes.divisor == base_rows ? base : sum;
  std::vector<std::int64_t> across;
  for (std::int64_t i = 0; i < base.dim(); ++i) {
    if (i != (of_rows ? 0 : 1)) across.push_back(i);
  }
  const at::Tensor norm = at::linalg_vector_norm(measured, 2, across, /*keepdim=*/true);
  const at::Tensor values = magnitudes.values.to(base.options()).reshape(norm.sizes());
  return values / (norm + std::numeric_limits<float>::epsilon());  // as in ComfyUI: a norm may be 0
}

void apply(const WeightPatch& patch, const at::Tensor& weight) {
  const at::Tensor delta = patch.delta->of(weight).reshape(weight.sizes());
  if (patch.replaces) {
    weight.copy_(delta);
  } else if (!patch.magnitudes.values.defined()) {
    weight.add_(delta, patch.strength * patch.scale);
  } else {
    const at::Tensor sum = weight + patch.scale * delta;
    weight.add_(gains(patch.magnitudes, weight, sum) * sum - weight, patch.strength);
  }
}

// A new tensor, in float32.
at::Tensor filled_up(const at::Tensor& weight, const std::vector<WeightPatch>& patches) {
  const std::int64_t columns = weight.dim() == 2 ? columns_with(patches, weight.size(1)) : 0;
  if (weight.dim() != 2 || columns == weight.size(1)) {
    return weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  }
  at::Tensor wide = at::zeros({weight.size(0), columns}, weight.options().dtype(at::kFloat));
  wide.narrow(1, 0, weight.size(1)).copy_(weight);
  return wide;
}

at::Tensor part_of(const WeightPatch& patch, const at::Tensor& weight) {
  if (patch.transposed) return weight.t();
  const at::Tensor rows = weight.narrow(0, patch.first_row, patch.rows);
  return patch.columns == 0 ? rows : rows.narrow(1, 0, patch.columns);
}

}  // namespace

std::int64_t columns_with(const std::vector<WeightPatch>& patches, std::int64_t columns) {
  for (const WeightPatch& patch : patches) columns = std::max(columns, patch.columns);
  return columns;
}

at::Tensor patched(const at::Tensor& weight, const std::vector<WeightPatch>& patches) {
  const at::Tensor sum = filled_up(weight, patches);
  for (const WeightPatch& patch : patches) apply(patch, part_of(patch, sum));
  return sum.to(weight.scalar_type());
}

}  // namespace ksampler
