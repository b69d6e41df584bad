// DoRA, weight-decomposed low-rank adaptation (Liu et al. 2024), of whatever delta:
//   V = W + delta;   W' = m V / |V|        weight_patches.hpp has the arithmetic
// peft's m ("lora_magnitude_vector") is of the outputs. LyCORIS' ("dora_scale") is of the inputs or of
// the outputs; for the outputs, ComfyUI divides by |W|, and so does this.
#include "host/model/lora/kinds.hpp"

#include "host/base/sentence.hpp"

namespace ksampler {

Magnitudes dora(const LayerTensors& layer, const LoraTarget& target) {
  using enum Magnitudes::Divisor;
  if (layer.has("lora_magnitude_vector")) {
    const at::Tensor values = layer.get("lora_magnitude_vector");
    check_rows(layer, target, "lora_magnitude_vector", values.numel());
    return {values, sum_rows};
  }
  if (!layer.has("dora_scale")) return {};
  const at::Tensor values = layer.get("dora_scale");
  const std::int64_t count = values.numel();
  if (count == target.rows && values.dim() > 0 && values.size(0) == count) return {values, base_rows};
  if (count == target.inputs) return {values, sum_columns};
  layer.misshapen("dora_scale", sentence("expected one for each of {} outputs, or of {} inputs",
                                         target.rows, target.inputs));
}

}  // namespace ksampler
