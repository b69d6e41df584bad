#include "host/model/lora/kinds.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

namespace ksampler {

at::Tensor widened(const at::Tensor& tensor, const at::Tensor& weight) {
  return tensor.to(weight.options().dtype(at::kFloat));
}

void check_rows(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                std::int64_t rows) {
  if (rows == target.rows) return;
  layer.misshapen(part, sentence("{} of the model needs {} rows, and this gives {}",
                                 quote(target.tensor), target.rows, rows));
}

void check_columns(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                   std::int64_t columns) {
  if (columns == target.columns) return;
  layer.misshapen(part, sentence("{} of the model needs {} numbers a row, and this gives {}",
                                 quote(target.tensor), target.columns, columns));
}

std::int64_t columns_or_more(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                             std::int64_t columns) {
  if (!target.may_widen || columns < target.columns) check_columns(layer, target, part, columns);
  return columns;
}

}  // namespace ksampler
