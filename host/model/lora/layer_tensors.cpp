#include "host/model/lora/layer_tensors.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/network/tensors.hpp"

#include <ATen/ops/isfinite.h>

namespace ksampler {

void LayerTensors::misfit(std::string_view part, const std::string& why) const {
  throw Misfit(sentence("tensor {} {}", quote(tensor_of(part)), why));
}

void LayerTensors::misshapen(std::string_view part, const std::string& expected) const {
  misfit(part,
         sentence("has shape {}; {}", shape_text(lora_.file->tensor(tensor_of(part)).shape), expected));
}

at::Tensor LayerTensors::get(std::string_view part) const {
  if (!has(part)) {
    misfit(layer_.parts.begin()->first, "stands alone: its layer has no " + quote(part));
  }
  taken_.insert(std::string(part));
  const std::string& name = tensor_of(part);
  const auto refuse = [&](const std::string& why) {
    throw Error({lora_.file->file().string()}, sentence("tensor {} {}", quote(name), why));
  };
  at::Tensor tensor = map_tensor(lora_.file, name);
  if (!tensor.is_floating_point()) {
    refuse(sentence("is of type {}; a LoRA's are F8, F16, BF16 or F32",
                    name_of(lora_.file->tensor(name).type)));
  }
  if (tensor.element_size() == 1) tensor = tensor.to(at::kHalf);
  if (!at::isfinite(tensor).all().item<bool>()) refuse("holds NaN or infinity: the file is damaged");
  return tensor;
}

at::Tensor LayerTensors::matrix(std::string_view part) const {
  const at::Tensor tensor = get(part);
  if (tensor.dim() < 2 || tensor.numel() == 0) {
    misshapen(part, "expected a matrix or the kernel of a convolution");
  }
  return tensor.flatten(1);
}

at::Tensor LayerTensors::core(std::string_view part, std::int64_t rank) const {
  at::Tensor tensor = get(part);
  if (tensor.dim() < 3 || tensor.size(0) != rank || tensor.size(1) != rank || tensor.numel() == 0) {
    misshapen(part, "expected " + shape_text({rank, rank, -1, -1}));
  }
  return tensor.flatten(2);
}

std::vector<std::string> LayerTensors::surplus() const {
  std::vector<std::string> names;
  for (const auto& [part, name] : layer_.parts) {
    if (!taken_.contains(part)) names.push_back(name);
  }
  return names;
}

}  // namespace ksampler
