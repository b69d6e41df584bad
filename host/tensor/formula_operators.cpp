// Formulas by LibTorch's operators, for devices that our own loops do not run on.
#include "host/tensor/formula.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <array>

namespace ksampler {
namespace {

at::Tensor applied(std::uint32_t op, const at::Tensor& a, const at::Tensor& b, const at::Tensor& c) {
  switch (op) {
    case KS_OP_ADD:
      return a + b;
    case KS_OP_SUBTRACT:
      return a - b;
    case KS_OP_MULTIPLY:
      return a * b;
    case KS_OP_DIVIDE:
      return a / b;
    case KS_OP_MINIMUM:
      return at::minimum(a, b);
    case KS_OP_MAXIMUM:
      return at::maximum(a, b);
    case KS_OP_POWER:
      return at::pow(a, b);
    case KS_OP_ABS:
      return a.abs();
    case KS_OP_SIGN:
      return a.sign();
    case KS_OP_SQRT:
      return a.sqrt();
    case KS_OP_EXP:
      return a.exp();
    case KS_OP_LOG:
      return a.log();
    default:
      return at::where(a > 0, b, c);
  }
}

// The formula's value, of the largest shape of its terms; float32.
at::Tensor value_of(const Formula& formula, at::Device device) {
  std::array<at::Tensor, KS_MOST_DEPTH + 2> stack;
  std::size_t depth = 0;
  for (const ks_op& op : formula.ops) {
    if (op.op == KS_OP_TERM) {
      stack[depth++] = formula.terms[op.argument].tensor->to(at::kFloat);
    } else if (op.op == KS_OP_NUMBER) {
      stack[depth++] = at::scalar_tensor(static_cast<float>(formula.numbers[op.argument]),
                                         at::TensorOptions(at::kFloat).device(device));
    } else {
      depth -= values_taken_by(op.op);
      stack[depth] = applied(op.op, stack[depth], stack[depth + 1], stack[depth + 2]);
      ++depth;
    }
  }
  return stack[0];
}

// What a tensor of a shape lacks of the latent's dimensions.
std::vector<std::int64_t> dimensions_without(std::uint32_t shape) {
  if (shape == KS_SHAPE_PIXELS) return {1};
  if (shape == KS_SHAPE_CHANNELS) return {2, 3};
  return {1, 2, 3};
}

}  // namespace

void map_by_operators(const LatentShape&, const ShapedTensor& dst, const Formula& formula) {
  at::Tensor out = *dst.tensor;
  out.copy_(value_of(formula, out.device()));
}

void reduce_by_operators(const LatentShape& latent, const ShapedTensor& dst, std::uint32_t reduction,
                         const Formula& formula) {
  at::Tensor out = *dst.tensor;
  const std::vector<std::int64_t> over = dimensions_without(dst.shape);
  const at::Tensor value = value_of(formula, out.device()).expand(latent.sizes(KS_SHAPE_LATENT));
  switch (reduction) {
    case KS_REDUCE_MINIMUM:
      out.copy_(value.amin(over, /*keepdim=*/true));
      return;
    case KS_REDUCE_MAXIMUM:
      out.copy_(value.amax(over, /*keepdim=*/true));
      return;
    case KS_REDUCE_MEAN:
      out.copy_(value.mean(over, /*keepdim=*/true, at::kDouble));
      return;
    default:
      out.copy_(value.sum(over, /*keepdim=*/true, at::kDouble));
  }
}

void quantile_by_operators(const LatentShape&, const ShapedTensor& dst, const at::Tensor& tensor,
                           double q) {
  at::Tensor out = *dst.tensor;
  // Sorted, as LibTorch's own quantile takes no more than 16 million elements. NaN is sorted last.
  const at::Tensor values =
      std::get<0>(tensor.to(at::kFloat).flatten(dst.shape == KS_SHAPE_ITEMS ? 1 : 2).sort(-1));
  const std::int64_t last = values.size(-1) - 1;
  const double place = q * static_cast<double>(last);
  const auto below = static_cast<std::int64_t>(place);
  const at::Tensor low = values.select(-1, below);
  const at::Tensor high = values.select(-1, std::min(below + 1, last));
  const at::Tensor between = at::lerp(low, high, place - static_cast<double>(below));
  out.copy_(at::where(values.select(-1, last).isnan(), values.select(-1, last), between)
                .reshape(out.sizes()));
}

}  // namespace ksampler
