#include "host/cli/inventory.hpp"

#include "host/graph/wording.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace ksampler {
namespace {

template <typename Description>
std::vector<Named<Description>> named(const Registry& registry,
                                      std::vector<Description> PluginDescription::*member) {
  std::map<std::string, int> providers;
  for (const Manifest& plugin : registry.plugins()) {
    for (const Description& each : plugin.plugin.*member) ++providers[each.id];
  }
  std::vector<Named<Description>> result;
  for (const Manifest& plugin : registry.plugins()) {
    for (const Description& each : plugin.plugin.*member) {
      const bool alone = providers[each.id] == 1;
      result.push_back({alone ? each.id : plugin.plugin.name + "/" + each.id, &plugin, &each});
    }
  }
  std::sort(result.begin(), result.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return result;
}

// Plugins say 1e308 (ks::unlimited) where there is no limit.
std::string default_text(const Literal& value) {
  const auto* number = std::get_if<double>(&value);
  return number != nullptr && std::abs(*number) >= 1e300 ? "no limit" : literal_text(value);
}

}  // namespace

std::vector<Named<SamplerDescription>> named_samplers(const Registry& registry) {
  return named(registry, &PluginDescription::samplers);
}

std::vector<Named<SchedulerDescription>> named_schedulers(const Registry& registry) {
  return named(registry, &PluginDescription::schedulers);
}

std::vector<Named<GuiderDescription>> named_guiders(const Registry& registry) {
  return named(registry, &PluginDescription::guiders);
}

std::vector<Named<NoiseDescription>> named_noises(const Registry& registry) {
  return named(registry, &PluginDescription::noises);
}

std::string takes_text(const InputDecl& input) {
  std::string text = accepts(input);
  const bool defaults = !std::holds_alternative<std::monostate>(input.default_value);
  if (defaults) text += " (default " + default_text(input.default_value) + ")";
  if (!defaults && input.optional) text += " (optional)";
  return text;
}

}  // namespace ksampler
