// Samplers that ask for the unconditional prediction, with one that differs from the conditional.
#include "host/base/sentence.hpp"
#include "host/conformance/check.hpp"
#include "host/conformance/runs.hpp"

#include <ks/math.hpp>

#include <algorithm>
#include <cmath>

namespace ksampler::conformance {
namespace {

const Vector kGuidance = {1.0, -0.5};

Vector sigmas_of_guided(bool flow, std::uint32_t steps) {
  return toy::log_snr_schedule(flow, flow ? 0.8 : 4.0, 0.3, steps);
}

// The end of a run in which conditional and unconditional differ by `amount` times a step's length.
Vector guided_run(const SamplerCase& sampler_case, std::uint32_t steps, double amount) {
  const bool flow = sampler_case.flow;
  const ks::HalfLogSnr snr{flow};
  Host host;
  host.flow = flow;
  host.sigmas = sigmas_of_guided(flow, steps);
  host.x = {-1.7, 2.5};
  const double h = (snr.lambda(host.sigmas.back()) - snr.lambda(host.sigmas.front())) / steps;
  host.denoiser = toy::gaussian(toy::kMean, toy::kScale, flow);
  host.unconditional = [h, amount, denoiser = host.denoiser](const Vector& x, double sigma) {
    Vector denoised = denoiser(x, sigma);
    for (std::size_t i = 0; i < x.size(); ++i) denoised[i] -= amount * h * kGuidance[i];
    return denoised;
  };
  const SamplerPtr sampler = sampler_case.sampler.create(toy::without_eta(sampler_case));
  run_fine(host, sampler_case, sampler.get());
  if (host.counters.noise_draws > 0) throw Finding{skip(toy::why_noisy(sampler_case))};
  return host.x;
}

// CFG++ adds D - U to the latent in every step, whatever its length: with a difference that is g times
// the step's length in lambda there is a limit, du / dlambda = D - u + g with u = x / alpha. What g
// adds to the end by it, for Gaussian data: there D - u = -(u - mean) e^2 / (e^2 + s^2), and so a
// difference shrinks with sqrt(e^2 + s^2), e = sigma / alpha.
double effect_of_guidance(bool flow) {
  const ks::HalfLogSnr snr{flow};
  const Vector ends = sigmas_of_guided(flow, 1);
  const auto root = [](double lambda) {
    return std::sqrt(std::exp(-2 * lambda) + toy::kScale * toy::kScale);
  };
  const double from = snr.lambda(ends.front()), to = snr.lambda(ends.back());
  return snr.alpha(ends.back()) * ks::GaussLegendre(24).integral(
                                      [&](double lambda) { return root(to) / root(lambda); }, from, to);
}

// How much of that a run of so many steps has: 1 for CFG++, and 0 for a guided prediction in place of
// D, as its difference goes away with the step. NaN where the elements do not agree.
double strength(const SamplerCase& sampler_case, std::uint32_t steps) {
  const Vector with = guided_run(sampler_case, steps, 1), without = guided_run(sampler_case, steps, 0);
  const double whole = effect_of_guidance(sampler_case.flow);
  double strengths[2];
  for (std::size_t i : {0u, 1u}) strengths[i] = (with[i] - without[i]) / (kGuidance[i] * whole);
  return std::abs(strengths[0] - strengths[1]) < 0.01 ? strengths[0] : NAN;
}

// A run to 0 where both predictions never change; the second is `unconditional`.
Vector constant_run(const SamplerCase& sampler_case, const Vector& unconditional, double last,
                    std::uint32_t steps = 12, bool noise = false) {
  Host host;
  prepare(host, sampler_case, steps);
  host.sigmas.back() = last;
  host.x = {-1.3, 0.9};
  host.denoiser = [](const Vector&, double) { return Vector{0.7, -0.2}; };
  host.unconditional = [&](const Vector&, double) { return unconditional; };
  const SamplerPtr sampler = sampler_case.sampler.create(noise ? toy::with_noise(sampler_case)
                                                               : toy::without_eta(sampler_case));
  run_fine(host, sampler_case, sampler.get());
  return host.x;
}

// Where the unconditional prediction does nothing; empty: nowhere.
std::string unused_at(const SamplerCase& sampler_case) {
  const Vector one = {0.1, 0.3}, other = {-0.6, 0.4};
  const auto idle = [&](std::uint32_t steps, bool noise) {
    return constant_run(sampler_case, one, 0.02, steps, noise) ==
           constant_run(sampler_case, other, 0.02, steps, noise);
  };
  if (idle(12, false)) return "nothing";
  if (idle(1, false)) return "nothing in the first step";
  if (sampler_case.info().noise != KS_NOISE_NONE && idle(12, true))
    return "nothing where there is noise";
  return {};
}

Result guidance(const Subject& subject) {
  std::string said;
  for (const SamplerCase& sampler_case : cases_of(subject)) {
    if (!sampler_case.has(KS_SAMPLER_UNCONDITIONAL))
      return skip("does not ask for the unconditional prediction");
    if (sampler_case.has(KS_SAMPLER_ADAPTIVE)) return skip("chooses its own steps");
    const std::string begin = where(sampler_case);
    if (const std::string unused = unused_at(sampler_case); !unused.empty()) {
      return warn(
          sentence("{}asks for the unconditional prediction, and does {} with it", begin, unused));
    }
    if (sampler_case.info().order == 0) continue;
    // Twice the fine one less the coarse one: what is wrong with the step's length goes away.
    const double limit = 2 * strength(sampler_case, 400) - strength(sampler_case, 200);
    const bool plus = std::abs(limit - 1) < 0.02;
    if (!plus && !(std::abs(limit) < 0.02)) {
      return warn(
          sentence("{}guidance moves the latent by {} times what it does in CFG++; 1 is CFG++, and "
                   "0 a guided prediction in place of the conditional",
                   begin, number(limit)));
    }
    if (plus && !sampler_case.has(KS_SAMPLER_LEAVES_NOISE)) {
      const Vector end = constant_run(sampler_case, {0.1, 0.3}, 0);
      const double off = std::max(std::abs(end[0] - 0.7), std::abs(end[1] + 0.2));
      if (off > 1e-6) {
        return warn(sentence("{}at sigma 0 it is {} from the conditional prediction, where CFG++ ends",
                             begin, number(off)));
      }
    }
    said = plus ? "as CFG++" : "as a guided prediction";
  }
  return pass(said);
}

}  // namespace

Checks guidance_checks() {
  return {
      {"guidance", "numerics", Scope::sampler,
       "Where the unconditional prediction differs it matters; as many short steps add it up as in "
       "CFG++, "
       "or as a guided prediction does; and a CFG++ run to 0 ends at the conditional one.",
       guidance},
  };
}

}  // namespace ksampler::conformance
