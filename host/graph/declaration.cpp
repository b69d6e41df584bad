#include "host/graph/declaration.hpp"

#include <array>

namespace ksampler {

const std::string& kind_name(InputKind kind) {
  static const std::array<std::string, 16> names = {
      "link",     "integer", "seed",    "number",    "boolean", "text",  "choice",     "file",
      "integers", "numbers", "sampler", "scheduler", "guider",  "noise", "value_name", "named_value"};
  return names.at(static_cast<std::size_t>(kind));
}

}  // namespace ksampler
