#include "host/nodes/values.hpp"

namespace ksampler {

Chosen chosen(const PluginChoice& choice) {
  Chosen made{choice.name, {}};
  for (const auto& [id, value] : choice.params) made.params.push_back({id, value});
  return made;
}

}  // namespace ksampler
