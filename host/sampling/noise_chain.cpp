#include "host/sampling/noise_chain.hpp"

#include <utility>

namespace ksampler {

std::vector<MadeNoise> make_noises(const Registry& registry, const std::vector<ModelNoise>& noises) {
  std::vector<MadeNoise> made;
  for (const ModelNoise& noise : noises) {
    std::vector<NamedParam> params;
    for (const auto& [id, value] : noise.params) params.push_back({id, value});
    made.push_back({*registry.noise(noise.name).noise,
                    std::make_shared<NoiseInstance>(registry.make_noise(noise.name, params)),
                    noise.at_start, noise.at_steps});
  }
  return made;
}

}  // namespace ksampler
