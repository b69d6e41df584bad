// The tensors of one layer of a LoRA file, checked as they are asked for.
#ifndef KSAMPLER_MODEL_LORA_LAYER_TENSORS_HPP
#define KSAMPLER_MODEL_LORA_LAYER_TENSORS_HPP

#include "host/base/error.hpp"
#include "host/model/lora/lora_file.hpp"

#include <ATen/core/Tensor.h>

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// Why a layer cannot be applied to this model, in a sentence; the file's others may be.
class Misfit : public Error {
 public:
  using Error::Error;
};

class LayerTensors {
 public:
  // Both outlive it.
  LayerTensors(const Lora& lora, const LoraLayer& layer) : lora_(lora), layer_(layer) {}

  bool has(std::string_view part) const { return layer_.parts.contains(part); }

  // Numbers in the type of the file, or float16 where that is of 8 bits: it holds all that they do.
  // Throws Misfit where the layer has none; Error where they are no numbers, or not finite.
  at::Tensor get(std::string_view part) const;
  // The same by [first dimension, all others], of at least two dimensions. Throws Misfit, too.
  at::Tensor matrix(std::string_view part) const;
  // With `dimensions` of them, the first two of `rank`. Throws Misfit, too.
  at::Tensor core(std::string_view part, std::int64_t rank) const;

  // "tensor 'x' has shape [4, 2]; " and what is expected. Throws Misfit.
  [[noreturn]] void misshapen(std::string_view part, const std::string& expected) const;
  [[noreturn]] void misfit(std::string_view part, const std::string& why) const;

  // Takes a tensor that changes nothing.
  void pass_over(std::string_view part) const { taken_.insert(std::string(part)); }
  // The names of the tensors that nobody took.
  std::vector<std::string> surplus() const;

 private:
  const std::string& tensor_of(std::string_view part) const { return layer_.parts.find(part)->second; }

  const Lora& lora_;
  const LoraLayer& layer_;
  mutable std::set<std::string> taken_;
};

}  // namespace ksampler

#endif
