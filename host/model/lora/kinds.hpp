// The kinds of LoRA: for each, a function from a layer's tensors to its formula, in a file of its own
// (low_rank.cpp, loha.cpp, ...). To add one: a file, a line here, a row in lora.cpp, the endings of its
// tensors' names in lora_file.cpp.
#ifndef KSAMPLER_MODEL_LORA_KINDS_HPP
#define KSAMPLER_MODEL_LORA_KINDS_HPP

#include "host/model/lora/layer_tensors.hpp"
#include "host/model/network/layer_names.hpp"
#include "host/model/network/weight_patches.hpp"

#include <memory>

namespace ksampler {

struct LayerFormula {
  std::shared_ptr<const WeightDelta> delta;
  std::int64_t rank = 0;     // that an alpha is divided by; 0: it has none, and no use for an alpha
  std::int64_t columns = 0;  // that it gives, where they may be more than the target's
};

// Each throws Misfit where the tensors are not of the target's size, or not all there.
LayerFormula low_rank(const LayerTensors& layer, const LoraTarget& target);
LayerFormula loha(const LayerTensors& layer, const LoraTarget& target);
LayerFormula lokr(const LayerTensors& layer, const LoraTarget& target);
LayerFormula glora(const LayerTensors& layer, const LoraTarget& target);
// The change of a whole weight, or what replaces it: the tensor `part` as it is.
LayerFormula whole(const LayerTensors& layer, const LoraTarget& target, std::string_view part);

// The magnitudes of a layer that is a DoRA, of whichever of the first four kinds; else none.
Magnitudes dora(const LayerTensors& layer, const LoraTarget& target);

// What every formula begins with.
at::Tensor widened(const at::Tensor& tensor, const at::Tensor& weight);

// Throws Misfit unless a formula gives [rows, columns]: named are the parts that say so.
void check_rows(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                std::int64_t rows);
void check_columns(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                   std::int64_t columns);
// The same, but of a target that may be widened more will do. Gives `columns`.
std::int64_t columns_or_more(const LayerTensors& layer, const LoraTarget& target, std::string_view part,
                             std::int64_t columns);

}  // namespace ksampler

#endif
