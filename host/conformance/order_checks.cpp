// Whether a sampler follows the probability flow, and as fast as it says.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/convergence.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

// Whether the sampler can do without noise, which is drawn over and over in `host`'s run.
bool is_noise_free(const Host& host) { return host.counters.noise_draws == 0; }

// The declared order, measured on such schedules. Where `uneven`, the errors of long and short steps
// cancel in part, so that the slope may be more; and the long ones of the fifth order and higher are
// not yet short.
Result order_on(const Subject& subject, Schedule schedule, bool uneven) {
  Result result = pass();
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const std::uint32_t declared = sampler_case.info().order;
    if (declared == 0) return skip("declares no order");
    Curve curve = convergence(sampler_case, schedule, toy::steps_for(declared));
    const double below = declared >= 5 ? 0.6 : 0.2;
    const bool near = curve.slope >= declared - below && curve.slope <= declared + 1.3;
    if (!(uneven ? near : toy::is_slope_of(curve.slope, declared))) {
      result.outcome = Outcome::fail;
      result.detail = sentence("{}measured {}{}, declared {}", where(sampler_case), number(curve.slope),
                               uneven ? " on steps that are long and short in turn" : "", declared);
    } else if (result.outcome == Outcome::pass) {
      result.detail += (result.detail.empty() ? "" : ", ") + number(curve.slope);
    }
    result.curves.push_back(std::move(curve));
  }
  return result;
}

Result order(const Subject& subject) { return order_on(subject, toy::log_snr_schedule, false); }
Result order_on_uneven_steps(const Subject& subject) {
  return order_on(subject, toy::uneven_schedule, true);
}

// dx/dsigma = (x - D(x, sigma)) / sigma, for both ways of mixing noise in, by the classical Runge-Kutta
// method.
Vector reference_flow(const toy::Denoiser& denoiser, Vector x, const Vector& sigmas) {
  const auto slope = [&](const Vector& at, double sigma) {
    Vector d = denoiser(at, sigma);
    for (std::size_t i = 0; i < d.size(); ++i) d[i] = (at[i] - d[i]) / sigma;
    return d;
  };
  const auto along = [](const Vector& from, const Vector& d, double h) {
    Vector to = from;
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += h * d[i];
    return to;
  };
  for (std::size_t n = 0; n + 1 < sigmas.size(); ++n) {
    const double s = sigmas[n], h = sigmas[n + 1] - s;
    const Vector k1 = slope(x, s);
    const Vector k2 = slope(along(x, k1, h / 2), s + h / 2);
    const Vector k3 = slope(along(x, k2, h / 2), s + h / 2);
    const Vector k4 = slope(along(x, k3, h), s + h);
    for (std::size_t i = 0; i < x.size(); ++i) x[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
  return x;
}

Result follows_the_flow(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (sampler_case.info().order == 0) return skip("declares no order");
    const bool flow = sampler_case.flow;
    const auto schedule = [flow](std::uint32_t steps) {
      return toy::log_snr_schedule(flow, flow ? 0.95 : 8.0, 0.05, steps);
    };
    Host host;
    host.flow = flow;
    host.sigmas = schedule(600);
    host.x = {host.sigmas.front() * 0.3, host.sigmas.front() * -0.8};
    host.denoiser = toy::mixture({{1, 1}, {-1, 0.5}, {0.2, -1}}, 0.2, 0.5, flow);
    const Vector exact = reference_flow(host.denoiser, host.x, schedule(1000));
    const SamplerPtr sampler = sampler_case.sampler.create(toy::without_eta(sampler_case));
    run_fine(host, sampler_case, sampler.get());
    if (!is_noise_free(host)) return skip(toy::why_noisy(sampler_case));
    for (std::size_t i = 0; i < exact.size(); ++i) {
      // 600 steps of 1 percent in sigma: one of first order is wrong by less than that.
      if (std::abs(host.x[i] - exact[i]) <= 0.01) continue;
      return fail(sentence("{}ends at {}; the flow at {}", where(sampler_case), number(host.x[i]),
                           number(exact[i])));
    }
  }
  return pass();
}

// How far a latent that starts at the mean of the data is from it at worst, with no noise drawn.
double distance_from_mean(const SamplerCase& sampler_case, std::uint32_t steps) {
  const bool flow = sampler_case.flow;
  Host host;
  host.flow = flow;
  host.sigmas = toy::log_snr_schedule(flow, flow ? 0.97 : 14.0, 0.05, steps);
  host.denoiser = toy::gaussian(toy::kMean, toy::kScale, flow);
  host.noise = [](double, double, std::size_t size) { return Vector(size, 0.0); };
  host.x = {toy::Mixing(flow, host.sigmas.front()).a * toy::kMean};
  double worst = 0;
  const auto look = [&](double sigma, const Vector& x) {
    worst = std::max(worst, std::abs(x[0] - toy::Mixing(flow, sigma).a * toy::kMean));
  };
  host.on_step = [&](const ks_step& step) { look(step.sigma, step.x->values); };
  run_fine(host, sampler_case);
  look(host.sigmas.back(), host.x);
  return worst;
}

// Most methods stay there exactly, but for the rounding of float32 coefficients. Others only in the
// limit: then what is left is an error of the step, which falls with it.
Result keeps_the_mean(const Subject& subject) {
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    const double coarse = distance_from_mean(sampler_case, 50);
    const double fine = distance_from_mean(sampler_case, 100);
    if (fine <= 1e-5 || (coarse < 0.1 * toy::kMean && fine < 0.55 * coarse)) continue;
    return fail(sentence("{}leaves the mean by {} in 50 steps and by {} in 100", where(sampler_case),
                         number(coarse), number(fine)));
  }
  return pass();
}

}  // namespace

Checks order_checks() {
  return {
      {"order", "numerics", Scope::sampler,
       "On data with three modes the error against the exact flow falls with the number of steps as "
       "the "
       "declared order says, within 0.2. Noise is taken out with eta = 0.",
       order},
      {"order-on-uneven-steps", "numerics", Scope::sampler,
       "So it does where steps are long and short in turn, 2 to 1: coefficients that are right for "
       "equal "
       "steps alone lose an order there.",
       order_on_uneven_steps},
      {"follows-the-flow", "numerics", Scope::sampler,
       "On data with three modes, 600 steps end where the probability flow does.", follows_the_flow},
      {"keeps-the-mean", "numerics", Scope::sampler,
       "With no noise drawn, a latent at the mean of the data stays there: the weights of each step "
       "add up.",
       keeps_the_mean},
  };
}

}  // namespace ksampler::conformance
