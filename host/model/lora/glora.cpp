// GLoRA, generalized LoRA (Chavan et al. 2023; LyCORIS):
//   delta = W * a1 * a2 + b1 * b2          W's inputs, whatever the size of its kernel
// LyCORIS before 2.0 had it the other way round: W * a2 * a1 + b2 * b1.
#include "host/model/lora/kinds.hpp"

#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/einsum.h>
#include <ATen/ops/matmul.h>

namespace ksampler {
namespace {

class Generalized : public WeightDelta {
 public:
  Generalized(at::Tensor a_first, at::Tensor a_second, at::Tensor b_first, at::Tensor b_second)
      : a_first_(std::move(a_first)),
        a_second_(std::move(a_second)),
        b_first_(std::move(b_first)),
        b_second_(std::move(b_second)) {}

  at::Tensor of(const at::Tensor& weight) const override {
    const at::Tensor added = at::matmul(widened(b_first_, weight), widened(b_second_, weight));
    const at::Tensor turned = at::matmul(widened(a_first_, weight), widened(a_second_, weight));
    const at::Tensor inputs = weight.reshape({weight.size(0), turned.size(0), -1});
    return at::einsum("oik,ij->ojk", {inputs, turned}).reshape(added.sizes()) + added;
  }

 private:
  at::Tensor a_first_, a_second_, b_first_, b_second_;
};

}  // namespace

LayerFormula glora(const LayerTensors& layer, const LoraTarget& target) {
  const at::Tensor a1 = layer.matrix("a1");
  const at::Tensor a2 = layer.matrix("a2");
  const at::Tensor b1 = layer.matrix("b1");
  const at::Tensor b2 = layer.matrix("b2");
  const auto joins = [](const at::Tensor& first, const at::Tensor& second) {
    return first.size(1) == second.size(0);
  };
  const auto fits = [&](const at::Tensor& a_first, const at::Tensor& a_second,
                        const at::Tensor& b_first, const at::Tensor& b_second) {
    return joins(a_first, a_second) && joins(b_first, b_second) && a_first.size(1) == b_first.size(1) &&
           a_first.size(0) == target.inputs && a_second.size(1) == target.inputs &&
           b_first.size(0) == target.rows && b_second.size(1) == target.columns;
  };
  if (fits(a1, a2, b1, b2)) return {std::make_shared<Generalized>(a1, a2, b1, b2), a2.size(0)};
  if (fits(a2, a1, b2, b1)) return {std::make_shared<Generalized>(a2, a1, b2, b1), a1.size(0)};
  layer.misshapen("b1", sentence("with its a1, a2 and b2 it gives nothing of {} rows and {} columns",
                                 target.rows, target.columns));
}

}  // namespace ksampler
