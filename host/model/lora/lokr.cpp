// LoKr, low-rank Kronecker product (LyCORIS, Yeh et al. 2023):
//   delta = w1 (x) w2        each a matrix, or a product w_a * w_b;  w2 may be a kernel, and split in
//   three: w2[o,i,h,w] = sum_ab t2[a,b,h,w] w2_a[a,o] w2_b[b,i]
#include "host/model/lora/kinds.hpp"

#include "host/base/sentence.hpp"

#include <ATen/ops/einsum.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/matmul.h>

namespace ksampler {
namespace {

struct KroneckerFactor {
  at::Tensor whole;  // or undefined: a * b
  at::Tensor a, b;
  at::Tensor core;  // or undefined

  at::Tensor matrix(const at::Tensor& weight) const {
    if (whole.defined()) return widened(whole, weight);
    if (!core.defined()) return at::matmul(widened(a, weight), widened(b, weight));
    return at::einsum("abk,ao,bi->oik", {widened(core, weight), widened(a, weight), widened(b, weight)})
        .flatten(1);
  }
  std::int64_t rows() const {
    if (whole.defined()) return whole.size(0);
    return a.size(core.defined() ? 1 : 0);
  }
  std::int64_t columns() const {
    if (whole.defined()) return whole.size(1);
    return b.size(1) * (core.defined() ? core.size(2) : 1);
  }
};

// A kernel's rows are [inputs * height * width], so the product of matrices is that of kernels.
class Kronecker : public WeightDelta {
 public:
  Kronecker(KroneckerFactor first, KroneckerFactor second)
      : first_(std::move(first)), second_(std::move(second)) {}

  at::Tensor of(const at::Tensor& weight) const override {
    return at::kron(first_.matrix(weight), second_.matrix(weight));
  }

 private:
  KroneckerFactor first_, second_;
};

KroneckerFactor kronecker_factor(const LayerTensors& layer, const std::string& name,
                                 const std::string& core) {
  if (layer.has(name)) return {layer.matrix(name), {}, {}, {}};
  KroneckerFactor factor{{}, layer.matrix(name + "_a"), layer.matrix(name + "_b"), {}};
  const std::int64_t rank = factor.b.size(0);
  const bool split = layer.has(core);
  if (factor.a.size(split ? 0 : 1) != rank) {
    layer.misshapen(name + "_a", sentence("expected a rank of {}, that of its other half", rank));
  }
  if (split) factor.core = layer.core(core, rank);
  return factor;
}

}  // namespace

LayerFormula lokr(const LayerTensors& layer, const LoraTarget& target) {
  KroneckerFactor first = kronecker_factor(layer, "lokr_w1", "lokr_t1");
  KroneckerFactor second = kronecker_factor(layer, "lokr_w2", "lokr_t2");
  const char* shown = layer.has("lokr_w2") ? "lokr_w2" : "lokr_w2_b";
  check_rows(layer, target, shown, first.rows() * second.rows());
  check_columns(layer, target, shown, first.columns() * second.columns());
  // Of the second where it is a product, else of the first; without products, there is no rank.
  std::int64_t rank = 0;
  if (!first.whole.defined()) rank = first.b.size(0);
  if (!second.whole.defined()) rank = second.b.size(0);
  return {std::make_shared<Kronecker>(std::move(first), std::move(second)), rank};
}

}  // namespace ksampler
