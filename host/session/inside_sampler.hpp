// The sampler that runs inside of another one (ks/runs.h).
#ifndef KSAMPLER_SESSION_INSIDE_SAMPLER_HPP
#define KSAMPLER_SESSION_INSIDE_SAMPLER_HPP

#include "host/plugin/registry.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// A plugin's sampler or scheduler by name, and the parameters set on it.
struct Chosen {
  std::string name;
  std::vector<NamedParam> params;
  std::shared_ptr<const Chosen> inside =
      {};  // of a sampler: which one runs inside; null: its own choice
};

// What is set for the parameter `noise_clip_std`, which is the host's to keep (ks::noise_clip_param); 0
// for a sampler without one.
double noise_clip_std(const SamplerDescription& sampler, const Chosen& chosen);

struct InsideSampler {
  SamplerDescription description;
  std::shared_ptr<SamplerInstance> instance;
  double noise_clip_std = 0.0;
};

// The sampler inside of `chosen`: what is named, or else what its plugin names; none where it runs no
// other. Throws Error: unknown, wrong parameters, one that is named and has no place, or one that runs
// another itself.
std::optional<InsideSampler> make_inside_sampler(const Registry& registry, const Chosen& chosen);

}  // namespace ksampler

#endif
