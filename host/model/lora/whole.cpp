// The difference of a whole weight or bias, as LyCORIS' "full" and "norm" have it, or what replaces it:
//   delta = d
#include "host/model/lora/kinds.hpp"

namespace ksampler {
namespace {

class Whole : public WeightDelta {
 public:
  explicit Whole(at::Tensor difference) : difference_(std::move(difference)) {}

  at::Tensor of(const at::Tensor& weight) const override { return widened(difference_, weight); }

 private:
  at::Tensor difference_;
};

}  // namespace

LayerFormula whole(const LayerTensors& layer, const LoraTarget& target, std::string_view part) {
  const at::Tensor difference = layer.get(part);
  const std::int64_t rows = difference.dim() == 0 ? 1 : difference.size(0);
  check_rows(layer, target, part, rows);
  return {.delta = std::make_shared<Whole>(difference),
          .columns = columns_or_more(layer, target, part, difference.numel() / rows)};
}

}  // namespace ksampler
