// The names and bits of what descriptors hold: one table for manifests, libraries and their comparison.
#ifndef KSAMPLER_PLUGIN_TRAITS_HPP
#define KSAMPLER_PLUGIN_TRAITS_HPP

#include "host/plugin/description.hpp"

#include <ks/ks.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ksampler {

template <typename Description>
struct TraitOf {
  const char* name;
  bool Description::*member;
  std::uint32_t bit;
};
using Trait = TraitOf<SamplerDescription>;
using GuiderTrait = TraitOf<GuiderDescription>;
using NoiseTrait = TraitOf<NoiseDescription>;

inline constexpr Trait kTraits[] = {
    {"stochastic", &SamplerDescription::stochastic, KS_SAMPLER_STOCHASTIC},
    {"unconditional", &SamplerDescription::unconditional, KS_SAMPLER_UNCONDITIONAL},
    {"drops_penultimate", &SamplerDescription::drops_penultimate, KS_SAMPLER_DROPS_PENULTIMATE},
    {"adaptive", &SamplerDescription::adaptive, KS_SAMPLER_ADAPTIVE},
    {"fresh_mask_noise", &SamplerDescription::fresh_mask_noise, KS_SAMPLER_FRESH_MASK_NOISE},
    {"device_noise", &SamplerDescription::device_noise, KS_SAMPLER_DEVICE_NOISE},
    {"no_limit", &SamplerDescription::no_limit, KS_SAMPLER_NO_LIMIT},
    {"leaves_noise", &SamplerDescription::leaves_noise, KS_SAMPLER_LEAVES_NOISE},
};

inline constexpr Trait kFits[] = {
    {"additive", &SamplerDescription::fits_additive, KS_FITS_ADDITIVE},
    {"flow", &SamplerDescription::fits_flow, KS_FITS_FLOW},
};

inline constexpr GuiderTrait kGuiderTraits[] = {
    {"positive_alone_at_1", &GuiderDescription::positive_alone_at_1, KS_GUIDER_POSITIVE_ALONE_AT_1},
    {"needs_empty", &GuiderDescription::needs_empty, KS_GUIDER_NEEDS_EMPTY},
    {"needs_perturbed", &GuiderDescription::needs_perturbed, KS_GUIDER_NEEDS_PERTURBED},
    {"needs_second", &GuiderDescription::needs_second, KS_GUIDER_NEEDS_SECOND},
};

inline constexpr GuiderTrait kGuiderFits[] = {
    {"additive", &GuiderDescription::fits_additive, KS_FITS_ADDITIVE},
    {"flow", &GuiderDescription::fits_flow, KS_FITS_FLOW},
};

inline constexpr NoiseTrait kNoiseTraits[] = {
    {"unit", &NoiseDescription::unit, KS_NOISE_IS_UNIT},
    {"white", &NoiseDescription::white, KS_NOISE_IS_WHITE},
    {"by_item", &NoiseDescription::by_item, KS_NOISE_IS_BY_ITEM},
};

// By value: NoiseKind and KS_NOISE_..., ParamType and KS_PARAM_... agree.
inline constexpr const char* kNoiseNames[] = {"none", "gaussian", "brownian", "continued"};
inline constexpr const char* kStageNames[] = {"before", "combines", "after"};
inline constexpr const char* kParamTypeNames[] = {"float", "integer", "boolean", "choice", "numbers"};

static_assert(static_cast<int>(NoiseKind::continued) == KS_NOISE_CONTINUED);
static_assert(static_cast<int>(GuiderStage::after) == KS_GUIDER_AFTER);
static_assert(static_cast<int>(ParamType::numbers) == KS_PARAM_NUMBERS);

inline const char* name_of(NoiseKind noise) { return kNoiseNames[static_cast<int>(noise)]; }
inline const char* name_of(GuiderStage stage) { return kStageNames[static_cast<int>(stage)]; }
inline const char* name_of(ParamType type) { return kParamTypeNames[static_cast<int>(type)]; }

// The names of `table`.
template <typename D, std::size_t N>
std::vector<std::string> names_of(const TraitOf<D> (&table)[N]) {
  std::vector<std::string> names;
  for (const TraitOf<D>& trait : table) names.emplace_back(trait.name);
  return names;
}

// The names of the traits of `table` that hold for something described.
template <typename D, std::size_t N>
std::vector<std::string> names_of(const TraitOf<D> (&table)[N], const D& described) {
  std::vector<std::string> names;
  for (const TraitOf<D>& trait : table) {
    if (described.*trait.member) names.emplace_back(trait.name);
  }
  return names;
}

// The bits of all traits of `table`.
template <typename D, std::size_t N>
constexpr std::uint32_t bits_of(const TraitOf<D> (&table)[N]) {
  std::uint32_t bits = 0;
  for (const TraitOf<D>& trait : table) bits |= trait.bit;
  return bits;
}

}  // namespace ksampler

#endif
