// Every sampler that this project ships, for tests that hold for all of them.
#ifndef TESTS_PLUGINS_SAMPLERS_CASES_HPP
#define TESTS_PLUGINS_SAMPLERS_CASES_HPP

#include <gtest/gtest.h>

#include <ostream>

#include "tests/sdk/toy_host.hpp"
#include "tests/sdk/toy_plugin.hpp"

namespace ksampler::toy {

// A sampler and a kind of model that it is made for.
struct SamplerCase {
  Sampler sampler;
  bool flow;

  const ks_sampler_info& info() const { return sampler.info(); }
  bool has(std::uint32_t flag) const { return (info().flags & flag) != 0; }
};

inline void PrintTo(const SamplerCase& sampler_case, std::ostream* out) {
  *out << sampler_case.info().id << (sampler_case.flow ? " (flow)" : "");
}

inline std::vector<SamplerCase> all_samplers() {
  std::vector<SamplerCase> cases;
  for (const char* family : {SAMPLER_FAMILIES}) {
    for (const Sampler& sampler : samplers_of(family)) {
      if (sampler.info().fits & KS_FITS_ADDITIVE) cases.push_back({sampler, false});
      if (sampler.info().fits & KS_FITS_FLOW) cases.push_back({sampler, true});
    }
  }
  return cases;
}

// A sampler's test is named for it: euler, euler_flow.
inline std::string case_name(const testing::TestParamInfo<SamplerCase>& info) {
  return std::string(info.param.info().id) + (info.param.flow ? "_flow" : "");
}

// Noise levels equally spaced in the logarithm of the signal-to-noise ratio, from `first` down to `last`.
// Smooth, and the same in every part of a run: what a multistep solver gains or loses at a particular
// schedule, or at sigma 0 where the logarithm ends, does not hide its order.
inline Vector log_snr_schedule(bool flow, double first, double last, std::uint32_t steps) {
  const auto odds = [flow](double sigma) { return flow ? sigma / (1 - sigma) : sigma; };
  Vector sigmas;
  for (std::uint32_t i = 0; i <= steps; ++i) {
    const double ratio =
        odds(first) * std::pow(odds(last) / odds(first), static_cast<double>(i) / steps);
    sigmas.push_back(flow ? ratio / (1 + ratio) : ratio);
  }
  return sigmas;
}

// The usual kind: the same, and the last step ends at 0.
inline Vector schedule_to_zero(bool flow, std::uint32_t steps) {
  Vector sigmas = log_snr_schedule(flow, flow ? 0.95 : 14.0, 0.05, std::max(steps - 1, 1u));
  sigmas.resize(steps);
  sigmas.push_back(0);
  return sigmas;
}

}  // namespace ksampler::toy

#endif
