#include "host/base/conventions.hpp"

namespace ksampler {

const std::vector<std::string>& devices() {
  static const std::vector<std::string> names = {"auto", "cpu", "cuda"};
  return names;
}

const std::vector<std::string>& profiles() {
  static const std::vector<std::string> names = {"comfy", "batch-invariant"};
  return names;
}

const std::vector<std::string>& number_types() {
  static const std::vector<std::string> names = {"auto", "fp32", "fp16", "bf16"};
  return names;
}

}  // namespace ksampler
