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

// Of ComfyUI's names for weights in 8 bits; none for every other. "_fast" says how a GPU may compute
// with them, and changes nothing here.
inline std::optional<at::ScalarType> eight_bits(const std::string& name) {
  if (name == "fp8_e4m3fn" || name == "fp8_e4m3fn_fast") return at::kFloat8_e4m3fn;
  if (name == "fp8_e5m2") return at::kFloat8_e5m2;
  return std::nullopt;
}

}  // namespace ksampler

#endif
