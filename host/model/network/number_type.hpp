// What networks compute with, by the names that pipelines, options and packages give it.
#ifndef KSAMPLER_MODEL_NETWORK_NUMBER_TYPE_HPP
#define KSAMPLER_MODEL_NETWORK_NUMBER_TYPE_HPP

#include <c10/core/ScalarType.h>

#include <optional>
#include <string>

namespace ksampler {

// "fp32", "fp16" or "bf16"; none for every other name, "auto" and "default" among them.
inline std::optional<at::ScalarType> number_type(const std::string& name) {
  if (name == "fp32") return at::kFloat;
  if (name == "fp16") return at::kHalf;
  if (name == "bf16") return at::kBFloat16;
  return std::nullopt;
}

}  // namespace ksampler

#endif
