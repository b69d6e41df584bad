#include "host/conformance/variance_trace.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace ksampler::conformance {
namespace {

double sum_of_squares(const Vector& x) {
  double sum = 0;
  for (double element : x) sum += element * element;
  return sum;
}

}  // namespace

double VarianceTrace::ratio(std::size_t i) const {
  return variances[i] / toy::Mixing(flow, sigmas[i]).variance(scale);
}

double VarianceTrace::worst() const {
  double worst = 0;
  for (std::size_t i = 0; i < sigmas.size(); ++i) worst = std::max(worst, std::abs(ratio(i) - 1));
  return worst;
}

VarianceTrace variance_trace(const SamplerCase& sampler_case, Schedule schedule, std::uint32_t steps,
                             const Values& values, double scale) {
  const bool flow = sampler_case.flow;
  const Vector sigmas = schedule(flow, flow ? 0.9 : 5.0, 0.1, steps);
  const SamplerPtr sampler = sampler_case.sampler.create(values);
  const auto set_up = [&](Host& host) {
    host.flow = flow;
    host.sigmas = sigmas;
    host.denoiser = toy::gaussian(0, scale, flow);
  };
  // Finds out how many draws there are, and over which intervals.
  Host scout;
  set_up(scout);
  scout.x = {0.0};
  run_fine(scout, sampler_case, sampler.get());
  const bool brownian = sampler_case.info().noise == KS_NOISE_BROWNIAN;
  const std::set<double> times(scout.noise_sigmas.begin(), scout.noise_sigmas.end());

  Host host;
  set_up(host);
  host.x = Vector(1 + (brownian ? times.size() : scout.counters.noise_draws), 0.0);
  host.x[0] = std::sqrt(toy::Mixing(flow, sigmas.front()).variance(scale));
  host.noise = brownian ? toy::ImpulseNoise(times) : toy::ImpulseNoise();
  VarianceTrace trace;
  trace.flow = flow;
  trace.scale = scale;
  host.on_step = [&](const ks_step& step) {
    trace.sigmas.push_back(step.sigma);
    trace.variances.push_back(sum_of_squares(step.x->values));
  };
  run_fine(host, sampler_case, sampler.get());
  trace.sigmas.push_back(sigmas.back());
  trace.variances.push_back(sum_of_squares(host.x));
  return trace;
}

}  // namespace ksampler::conformance
