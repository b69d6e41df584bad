#include "host/session/inside_sampler.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <utility>

namespace ksampler {
namespace {

// Those that run another sampler, for a message.
std::string runners(const Registry& registry) {
  const std::vector<std::string> ids = samplers_around(registry);
  return ids.empty() ? "none of those that are here does" : "those that do: " + listed(ids);
}

}  // namespace

double noise_clip_std(const SamplerDescription& sampler, const Chosen& chosen) {
  constexpr const char* kName = "noise_clip_std";
  for (const ParamDescription& param : sampler.params) {
    if (param.id != kName) continue;
    for (const NamedParam& set : chosen.params) {
      if (set.id == kName) return std::get<double>(set.value);
    }
    return param.default_value;
  }
  return 0.0;
}

std::optional<InsideSampler> make_inside_sampler(const Registry& registry, const Chosen& chosen) {
  const SamplerDescription& outside = *registry.sampler(chosen.name).sampler;
  if (outside.inside.empty()) {
    if (chosen.inside == nullptr) return std::nullopt;
    throw Error(sentence("sampler {} runs no other sampler inside, and {} was given; {}",
                         quote(chosen.name), quote(chosen.inside->name), runners(registry)));
  }
  const Chosen inside = chosen.inside != nullptr ? *chosen.inside : Chosen{outside.inside, {}};
  const SamplerDescription& description = [&]() -> const SamplerDescription& {
    try {
      return *registry.sampler(inside.name).sampler;
    } catch (const Error& error) {
      if (chosen.inside != nullptr) throw;
      throw Error(sentence("sampler {} names the one that runs inside of it, and that is not here: {}",
                           quote(chosen.name), error.what()));
    }
  }();
  if (!description.inside.empty()) {
    throw Error(
        sentence("sampler {} cannot run inside of {}, as it runs another sampler itself: choose "
                 "one that runs none",
                 quote(inside.name), quote(chosen.name)));
  }
  return InsideSampler{
      description, std::make_shared<SamplerInstance>(registry.make_sampler(inside.name, inside.params)),
      noise_clip_std(description, inside)};
}

}  // namespace ksampler
