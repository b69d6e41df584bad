// A sampler and a kind of model, and runs that are set up for them.
#ifndef KSAMPLER_CONFORMANCE_SAMPLER_CASE_HPP
#define KSAMPLER_CONFORMANCE_SAMPLER_CASE_HPP

#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_plugin.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace ksampler::toy {

// A sampler and a kind of model.
struct SamplerCase {
  Sampler sampler;
  bool flow;

  const ks_sampler_info& info() const { return sampler.info(); }
  std::string id() const { return info().id; }
  bool has(std::uint32_t flag) const { return (info().flags & flag) != 0; }
  bool fits() const { return (info().fits & (flow ? KS_FITS_FLOW : KS_FITS_ADDITIVE)) != 0; }
  bool has_param(const std::string& name) const {
    for (std::uint32_t k = 0; k < info().param_count; ++k) {
      if (info().params[k]->id == name) return true;
    }
    return false;
  }
};

// Parameters that take the noise out of a sampler, as the field names them.
inline Values without_eta(const SamplerCase& sampler_case) {
  Values values;
  if (sampler_case.has_param("eta")) values["eta"] = 0;
  return values;
}

// Why a run with those draws noise all the same.
inline const char* why_noisy(const SamplerCase& sampler_case) {
  return sampler_case.has_param("eta") ? "draws noise at eta 0, too"
                                       : "has no parameter eta that takes the noise out";
}

// Parameters that make a sampler of those with noise, where its defaults do not.
inline Values with_noise(const SamplerCase& sampler_case) {
  Values values;
  if (sampler_case.has(KS_SAMPLER_STOCHASTIC)) return values;
  if (sampler_case.has_param("eta")) values["eta"] = 1;
  if (sampler_case.has_param("s_churn")) values["s_churn"] = 10;
  return values;
}

// Noise levels equally spaced in the logarithm of the signal-to-noise ratio, from `first` down to
// `last`. Smooth, and the same in every part of a run: what a multistep solver gains or loses at a
// particular schedule, or at sigma 0 where the logarithm ends, does not hide its order.
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

// The same with steps that are short and long in turn, 1 to 2: where all steps are equal, so are the
// coefficients of a multistep method, and a wrong one does not show. `steps` is even.
inline Vector uneven_schedule(bool flow, double first, double last, std::uint32_t steps) {
  const Vector thirds = log_snr_schedule(flow, first, last, steps / 2 * 3);
  Vector sigmas;
  for (std::size_t i = 0; i < thirds.size(); ++i) {
    if (i % 3 != 2) sigmas.push_back(thirds[i]);
  }
  return sigmas;
}

// The usual kind: from (nearly) pure noise, and the last step ends at 0.
inline Vector schedule_to_zero(bool flow, std::uint32_t steps) {
  Vector sigmas = log_snr_schedule(flow, flow ? 0.97 : 14.0, 0.05, std::max(steps - 1, 1u));
  sigmas.resize(steps);
  sigmas.push_back(0);
  return sigmas;
}

// A host set up for a case: three elements, Gaussian data, `steps` steps to 0.
inline void set_up(Host& host, const SamplerCase& sampler_case, std::uint32_t steps) {
  host.flow = sampler_case.flow;
  host.sigmas = schedule_to_zero(sampler_case.flow, steps);
  host.denoiser = gaussian(kMean, kScale, sampler_case.flow);
  host.unconditional = gaussian(-0.2, kScale, sampler_case.flow);
  const double sigma = host.sigmas.front();
  host.x = {-1.3 * sigma, 0.2 * sigma, 0.9 * sigma};
}

}  // namespace ksampler::toy

#endif
