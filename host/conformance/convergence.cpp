#include "host/conformance/convergence.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

double error_of_run(const SamplerCase& sampler_case, Schedule schedule, std::uint32_t steps,
                    const Values& values) {
  const toy::ThreeModes data{sampler_case.flow};
  Host host;
  host.flow = data.flow;
  host.sigmas = schedule(data.flow, data.first(), data.last(), steps);
  host.x = data.start();
  host.denoiser = data.denoiser();
  const SamplerPtr sampler = sampler_case.sampler.create(values);
  run_fine(host, sampler_case, sampler.get());
  if (host.counters.noise_draws > 0) throw Finding{skip(toy::why_noisy(sampler_case))};
  const Vector exact = data.end();
  double error = 0;
  for (std::size_t i = 0; i < exact.size(); ++i)
    error = std::max(error, std::abs(host.x[i] - exact[i]));
  return error;
}

}  // namespace

Curve convergence(const SamplerCase& sampler_case, Schedule schedule,
                  const std::vector<std::uint32_t>& steps, Values values) {
  values.merge(toy::without_eta(sampler_case));
  Curve curve{sampler_case.flow ? "flow" : "additive", "convergence", {}, {}, 0};
  for (const std::uint32_t count : steps) {
    curve.x.push_back(count);
    curve.y.push_back(error_of_run(sampler_case, schedule, count, values));
  }
  // Between the last two, as the first steps are long.
  const std::size_t last = curve.x.size() - 1;
  curve.slope =
      std::log(curve.y[last - 1] / curve.y[last]) / std::log(curve.x[last] / curve.x[last - 1]);
  return curve;
}

}  // namespace ksampler::conformance
