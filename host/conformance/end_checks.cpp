// Where a run ends that goes down to 0.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

constexpr const char* kLeavesNoise = "declares that it may leave noise";

// Settings of a sampler to be tried in turn: its defaults, and with noise where those have none.
std::vector<Values> quiet_and_noisy(const SamplerCase& sampler_case) {
  std::vector<Values> settings = {{}};
  if (const Values noisy = toy::with_noise(sampler_case); !noisy.empty()) settings.push_back(noisy);
  return settings;
}

// All data are at one point, so that the model's answer never changes: every method ends there.
Result one_point_data(const Subject& subject) {
  const Vector point = {0.7, -1.3, 0.2};
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.has(KS_SAMPLER_LEAVES_NOISE)) return skip(kLeavesNoise);
    for (const Values& values : quiet_and_noisy(sampler_case)) {
      for (const std::uint32_t steps : {1u, 2u, 3u, 20u}) {
        Host host;
        prepare(host, sampler_case, steps);
        host.denoiser = [&](const Vector&, double) { return Vector(point); };
        host.unconditional = host.denoiser;
        const toy::Mixing mixing(sampler_case.flow, host.sigmas.front());
        for (std::size_t i = 0; i < point.size(); ++i) host.x[i] += mixing.a * point[i];
        const SamplerPtr sampler = sampler_case.sampler.create(values);
        run_fine(host, sampler_case, sampler.get());
        double worst = 0;
        for (std::size_t i = 0; i < point.size(); ++i) {
          worst = std::max(worst, std::abs(host.x[i] - point[i]));
        }
        // Levels that pass through float32 and logarithms leave some 1e-7.
        if (worst <= 1e-6) continue;
        return fail(
            sentence("{}in {} steps to 0{} it ends {} from the only data there are; look at "
                     "the last step, or declare that it leaves noise (leaves_noise)",
                     where(sampler_case), steps,
                     values.empty() ? "" : " with " + values.begin()->first + " on", number(worst)));
      }
    }
  }
  return pass();
}

// Fine steps down to 0.6 of the data's scale, and two coarse ones to 0. Euler's method is off there by
// what it is off in its last two steps; no method need be worse by half.
Result last_steps(const Subject& subject) {
  constexpr double mean = 0.3, scale = 0.8;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.has(KS_SAMPLER_LEAVES_NOISE)) return skip(kLeavesNoise);
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("chooses its own steps");
    if (sampler_case.info().order == 0) return skip("declares no order");
    const bool flow = sampler_case.flow;
    Host host;
    host.flow = flow;
    host.denoiser = toy::gaussian(mean, scale, flow);
    const double ends[] = {flow ? 1 / (1 + 1 / (0.6 * scale)) : 0.6 * scale,
                           flow ? 1 / (1 + 1 / (0.3 * scale)) : 0.3 * scale};
    host.sigmas = toy::log_snr_schedule(flow, flow ? 0.8 : 4.0, ends[0], 60);
    host.sigmas.insert(host.sigmas.end(), {ends[1], 0.0});
    host.x = {-1.7, 0.2, 2.5};
    const Vector x = host.x, sigmas = host.sigmas;
    const SamplerPtr sampler = sampler_case.sampler.create(toy::without_eta(sampler_case));
    run_fine(host, sampler_case, sampler.get());
    if (host.counters.noise_draws > 0) return skip(toy::why_noisy(sampler_case));
    double worst = 0, of_euler = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double exact = toy::gaussian_flow(mean, scale, flow, x[i], sigmas.front(), 0);
      double at = toy::gaussian_flow(mean, scale, flow, x[i], sigmas.front(), ends[0]);
      const double denoised = host.denoiser({at}, ends[0])[0];
      at = denoised + ends[1] / ends[0] * (at - denoised);
      of_euler = std::max(of_euler, std::abs(host.denoiser({at}, ends[1])[0] - exact));
      worst = std::max(worst, std::abs(host.x[i] - exact));
    }
    if (worst <= 1.5 * of_euler) continue;
    return fail(sentence("{}is off by {} after the last two steps, where Euler's method is by {}",
                         where(sampler_case), number(worst), number(of_euler)));
  }
  return pass();
}

}  // namespace

Checks end_checks() {
  return {
      {"one-point-data", "numerics", Scope::sampler,
       "Where all data are at one point, a run to 0 ends there within 1e-6, with noise or without.",
       one_point_data},
      {"last-steps", "numerics", Scope::sampler,
       "Down to 0 the last two steps, which are coarse, bring it no further from the flow than Euler's "
       "method, and half as much again.",
       last_steps},
  };
}

}  // namespace ksampler::conformance
