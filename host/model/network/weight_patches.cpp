#include "host/model/network/weight_patches.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/matmul.h>

namespace ksampler {
namespace {

at::Tensor delta(const LowRank& patch, at::Device device) {
  const auto widened = [&](const at::Tensor& tensor) {
    return tensor.to(at::TensorOptions(at::kFloat).device(device));
  };
  if (!patch.mid.defined()) return at::matmul(widened(patch.up), widened(patch.down));
  return at::einsum("oa,abhw,bi->oihw", {widened(patch.up), widened(patch.mid), widened(patch.down)});
}

}  // namespace

at::Tensor patched(const at::Tensor& weight, const std::vector<LowRank>& patches) {
  at::Tensor sum = weight.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
  for (const LowRank& patch : patches) {
    at::Tensor rows = sum.narrow(0, patch.first_row, patch.rows);
    rows.add_(delta(patch, weight.device()).reshape(rows.sizes()), patch.scale);
  }
  return sum.to(weight.scalar_type());
}

}  // namespace ksampler
