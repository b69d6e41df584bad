// LoRA (Hu et al. 2021), and of convolutions LoCon (LyCORIS, Yeh et al. 2023):
//   delta = up * down                                           with a kernel's height and width down's
//   delta[o,i,h,w] = sum_ab up[o,a] mid[a,b,h,w] down[b,i]      where a kernel is split in three
//   (Tucker)
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/lora/kinds.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/ops/einsum.h>
#include <ATen/ops/matmul.h>

namespace ksampler {
namespace {

class LowRank : public WeightDelta {
 public:
  LowRank(at::Tensor up, at::Tensor down, at::Tensor mid)
      : up_(std::move(up)), down_(std::move(down)), mid_(std::move(mid)) {}

  at::Tensor of(const at::Tensor& weight) const override {
    const at::Tensor up = widened(up_, weight);
    const at::Tensor down = widened(down_, weight);
    if (!mid_.defined()) return at::matmul(up, down);
    return at::einsum("oa,abk,bi->oik", {up, widened(mid_, weight), down});
  }

 private:
  at::Tensor up_;    // [rows,r]
  at::Tensor down_;  // [r,columns]
  at::Tensor mid_;   // [r,r,h*w], or undefined
};

}  // namespace

LayerFormula low_rank(const LayerTensors& layer, const LoraTarget& target) {
  const at::Tensor up = layer.matrix("lora_up");
  const at::Tensor down = layer.matrix("lora_down");
  const std::int64_t rank = down.size(0);
  at::Tensor mid;
  std::int64_t columns = down.size(1);
  if (layer.has("lora_mid")) {
    mid = layer.core("lora_mid", rank);
    columns *= mid.size(2);
  }
  if (up.size(1) != rank) {
    layer.misshapen("lora_up", sentence("expected a rank of {}, its down's", rank));
  }
  check_rows(layer, target, "lora_up", up.size(0));
  return {std::make_shared<LowRank>(up, down, mid), rank,
          columns_or_more(layer, target, "lora_down", columns)};
}

}  // namespace ksampler
