#include "host/model/network/weight_patches.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linalg_vector_norm.h>

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

}  // namespace

at::Tensor patched(const at::Tensor& weight, const std::vector<WeightPatch>& patches) {
  const at::Tensor sum = weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  for (const WeightPatch& patch : patches) {
    apply(patch, patch.transposed ? sum.t() : sum.narrow(0, patch.first_row, patch.rows));
  }
  return sum.to(weight.scalar_type());
}

}  // namespace ksampler
