// The names and bits of what descriptors hold: one table for manifests, libraries and their comparison.
#ifndef KSAMPLER_PLUGIN_TRAITS_HPP
#define KSAMPLER_PLUGIN_TRAITS_HPP

#include "host/plugin/description.hpp"

#include <ks/ks.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace ksampler {

struct Trait {
  const char* name;
  bool SamplerDescription::*member;
  std::uint32_t bit;
};

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

// By value: NoiseKind and KS_NOISE_..., ParamType and KS_PARAM_... agree.
inline constexpr const char* kNoiseNames[] = {"none", "gaussian", "brownian", "continued"};
inline constexpr const char* kParamTypeNames[] = {"float", "integer", "boolean", "choice", "numbers"};

static_assert(static_cast<int>(NoiseKind::continued) == KS_NOISE_CONTINUED);
static_assert(static_cast<int>(ParamType::numbers) == KS_PARAM_NUMBERS);

inline const char* name_of(NoiseKind noise) { return kNoiseNames[static_cast<int>(noise)]; }
inline const char* name_of(ParamType type) { return kParamTypeNames[static_cast<int>(type)]; }

// The names of `table`.
std::vector<std::string> names_of(std::span<const Trait> table);

// The names of the traits of `table` that hold for a sampler.
std::vector<std::string> names_of(std::span<const Trait> table, const SamplerDescription& sampler);

// The bits of all traits of `table`.
std::uint32_t bits_of(std::span<const Trait> table);

}  // namespace ksampler

#endif
