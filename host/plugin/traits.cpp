#include "host/plugin/traits.hpp"

namespace ksampler {

std::vector<std::string> names_of(std::span<const Trait> table) {
  std::vector<std::string> names;
  for (const Trait& trait : table) names.emplace_back(trait.name);
  return names;
}

std::vector<std::string> names_of(std::span<const Trait> table, const SamplerDescription& sampler) {
  std::vector<std::string> names;
  for (const Trait& trait : table) {
    if (sampler.*trait.member) names.emplace_back(trait.name);
  }
  return names;
}

std::uint32_t bits_of(std::span<const Trait> table) {
  std::uint32_t bits = 0;
  for (const Trait& trait : table) bits |= trait.bit;
  return bits;
}

}  // namespace ksampler
