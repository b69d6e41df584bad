#include "host/model/lora/kinds.hpp"

#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

namespace ksampler {

at::Tensor widened(const at::Tensor& tensor, const at::Tensor& weight) {
  return tensor.to(weight.options().dtype(at::kFloat));
}

void check_rows(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                std::int64_t rows) {
  if (rows == target.rows) return;
  layer.misshapen(part, quote(target.tensor) + " of the model needs " + std::to_string(target.rows) +
                            " rows, and this gives " + std::to_string(rows));
}

void check_columns(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                   std::int64_t columns) {
  if (columns == target.columns) return;
  layer.misshapen(part, quote(target.tensor) + " of the model needs " + std::to_string(target.columns) +
                            " numbers a row, and this gives " + std::to_string(columns));
}

}  // namespace ksampler
