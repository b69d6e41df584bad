// What the steps of a sampler integrate exactly: a fingerprint of the method. Where the model's answer
// D is a function of the noise level alone, the flow has a closed form: with u = x / alpha,
//   du / dlambda = D - u    so that    u(b) = exp(a - b) u(a) + integral of exp(l - b) D(l) dl
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <ks/math.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace ksampler::conformance {
namespace {

struct Integrand {
  const char* name;
  double (*of)(double sigma, double lambda);
};

constexpr std::array<Integrand, 4> kIntegrands = {{
    {"1", [](double, double) { return 1.0; }},
    {"lambda", [](double, double lambda) { return lambda; }},
    {"sigma", [](double sigma, double) { return sigma; }},
    {"lambda^2", [](double, double lambda) { return lambda * lambda; }},
}};

// The latent at sigma_next, exactly, from x at sigma.
double exact_step(const ks::HalfLogSnr& snr, const Integrand& integrand, double x, double sigma,
                  double sigma_next) {
  const double from = snr.lambda(sigma), to = snr.lambda(sigma_next);
  const double sum = ks::GaussLegendre(24).integral(
      [&](double l) { return std::exp(l - to) * integrand.of(snr.sigma(l), l); }, from, to);
  return snr.alpha(sigma_next) * (std::exp(from - to) * x / snr.alpha(sigma) + sum);
}

// How far the last of a few uneven steps is off. Only that: methods that remember steps begin with
// simpler ones.
double defect(const SamplerCase& sampler_case, const Integrand& integrand) {
  const ks::HalfLogSnr snr{sampler_case.flow};
  Host host;
  host.flow = sampler_case.flow;
  host.sigmas = host.flow ? Vector{0.9, 0.8, 0.6, 0.5, 0.3, 0.2} : Vector{6.0, 3.0, 1.7, 1.1, 0.5, 0.3};
  const double end = host.sigmas.back();
  host.x = {1.3};
  host.denoiser = [&](const Vector&, double sigma) {
    return Vector{integrand.of(sigma, snr.lambda(sigma))};
  };
  double expected = 0;
  host.on_step = [&](const ks_step& step) {
    expected = exact_step(snr, integrand, step.x->values[0], step.sigma, end);
  };
  const SamplerPtr sampler = sampler_case.sampler.create(toy::without_eta(sampler_case));
  run_fine(host, sampler_case, sampler.get());
  if (host.counters.noise_draws > 0) throw Finding{skip(toy::why_noisy(sampler_case))};
  if (host.counters.steps == 0) throw Finding{skip("see steps-reported")};
  return std::abs(host.x[0] - expected);
}

Result integrates_exactly(const Subject& subject) {
  // Levels that pass through float32 are off by 1e-7, and inexact methods by more than 1e-4.
  constexpr double rounding = 3e-6;
  std::string said;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    std::vector<std::string> names;
    for (const Integrand& integrand : kIntegrands) {
      if (defect(sampler_case, integrand) <= rounding) names.emplace_back(integrand.name);
    }
    for (const std::string& wanted : subject.exact_for) {
      if (std::find(names.begin(), names.end(), wanted) != names.end()) continue;
      return fail(sentence("{}is exact for {}, and not for {}", where(sampler_case),
                           names.empty() ? "nothing" : listed(names), wanted));
    }
    const std::string exact = names.empty() ? "nothing" : listed(names);
    if (said.empty()) {
      said = exact;
    } else if (said != exact) {
      said += sentence("; with a flow model, {}", exact);
    }
  }
  return pass(said);
}

}  // namespace

Checks exact_checks() {
  return {
      {"integrates-exactly", "numerics", Scope::sampler,
       "Which answers of the model, as functions of the noise level alone, a step integrates exactly: "
       "1, "
       "lambda = log(alpha / sigma), sigma, lambda^2. --exact-for asks for what it must.",
       integrates_exactly},
  };
}

}  // namespace ksampler::conformance
