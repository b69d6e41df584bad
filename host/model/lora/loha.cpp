// LoHa, low-rank Hadamard product (Hyeon-Woo et al. 2022; LyCORIS, Yeh et al. 2023):
//   delta = (w1_a * w1_b) . (w2_a * w2_b)          element by element
// and of a kernel that is split in three (Tucker), each of the two
//   [o,i,h,w] = sum_ab t[a,b,h,w] w_a[a,o] w_b[b,i]
#include "host/model/lora/kinds.hpp"

#include "host/base/sentence.hpp"

#include <ATen/ops/einsum.h>
#include <ATen/ops/matmul.h>

namespace ksampler {
namespace {

struct HadamardFactor {
  at::Tensor a, b;
  at::Tensor core;  // or undefined

  at::Tensor product(const at::Tensor& weight) const {
    if (!core.defined()) return at::matmul(widened(a, weight), widened(b, weight));
    return at::einsum("abk,ao,bi->oik",
                      {widened(core, weight), widened(a, weight), widened(b, weight)});
  }
};

class Hadamard : public WeightDelta {
 public:
  Hadamard(HadamardFactor first, HadamardFactor second)
      : first_(std::move(first)), second_(std::move(second)) {}

  at::Tensor of(const at::Tensor& weight) const override {
    return first_.product(weight).mul_(second_.product(weight));
  }

 private:
  HadamardFactor first_, second_;
};

HadamardFactor hadamard_factor(const LayerTensors& layer, const LoraTarget& target,
                               const std::string& number) {
  const std::string name_a = "hada_w" + number + "_a";
  const std::string name_b = "hada_w" + number + "_b";
  const std::string name_core = "hada_t" + number;
  HadamardFactor factor{layer.matrix(name_a), layer.matrix(name_b), {}};
  const std::int64_t rank = factor.b.size(0);
  const bool split = layer.has(name_core);
  if (factor.a.size(split ? 0 : 1) != rank) {
    layer.misshapen(name_a, sentence("expected a rank of {}, that of its other half", rank));
  }
  std::int64_t columns = factor.b.size(1);
  if (split) {
    factor.core = layer.core(name_core, rank);
    columns *= factor.core.size(2);
  }
  check_rows(layer, target, name_a, factor.a.size(split ? 1 : 0));
  check_columns(layer, target, name_b, columns);
  return factor;
}

}  // namespace

LayerFormula loha(const LayerTensors& layer, const LoraTarget& target) {
  HadamardFactor first = hadamard_factor(layer, target, "1");
  const std::int64_t rank = first.b.size(0);
  return {std::make_shared<Hadamard>(std::move(first), hadamard_factor(layer, target, "2")), rank};
}

}  // namespace ksampler
