#include "host/nodes/values.hpp"

namespace ksampler {

Chosen chosen(const PluginChoice& choice) {
  Chosen made{choice.name, {}};
  for (const auto& [id, value] : choice.params) made.params.push_back({id, value});
  return made;
}

Latent with_samples(const Latent& latent, at::Tensor samples) {
  Latent changed = latent;
  changed.samples = std::move(samples);
  return changed;
}

}  // namespace ksampler
