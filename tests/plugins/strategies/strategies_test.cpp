// TCD, Restart and spectral progressive sampling, by hand, and where they are another sampler. What the
// toy host runs inside is Heun's method.
#include "host/conformance/sampler_case.hpp"

#include <gtest/gtest.h>

namespace ksampler::toy {
namespace {

SamplerCase sampler_named(const std::string& plugin, const std::string& id, bool flow = false) {
  for (const Sampler& sampler :
       samplers_of(std::string(BINARY_DIR) + "/plugins/" + plugin + "/" + plugin + ".so")) {
    if (sampler.info().id == id) return {sampler, flow};
  }
  throw std::invalid_argument("no sampler " + id);
}

// A run over `sigmas`, in which all noise is 1.
void run(Host& host, const SamplerCase& sampler_case, const Vector& sigmas, const Values& values) {
  set_up(host, sampler_case, 3);
  host.sigmas = sigmas;
  host.noise = [](double, double, std::size_t size) { return Vector(size, 1.0); };
  EXPECT_EQ(host.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK)
      << host.message;
}

Vector sampled(const SamplerCase& sampler_case, const Vector& sigmas, const Values& values = {}) {
  Host host;
  run(host, sampler_case, sigmas, values);
  return host.x;
}

constexpr bool kBoth[] = {false, true};

TEST(Tcd, IsEulersMethodAtEta0) {
  for (const bool flow : kBoth) {
    const Vector sigmas = flow ? Vector{0.9, 0.6, 0.3, 0} : Vector{9, 3, 1, 0.4, 0};
    const Vector tcd = sampled(sampler_named("strategies", "tcd", flow), sigmas, {{"eta", 0}});
    const Vector euler = sampled(sampler_named("k-diffusion", "euler", flow), sigmas);
    // Three steps' roundings.
    for (std::size_t i = 0; i < tcd.size(); ++i) EXPECT_NEAR(tcd[i], euler[i], 1e-14);
  }
}

TEST(Tcd, GoesDownByItsPartOfTheTimeAndBackUp) {
  // A flow's time here is its sigma: from 0.8 to 0.25 of the next level 0.5, and back with noise.
  Host host;
  const SamplerCase tcd = sampler_named("strategies", "tcd", true);
  set_up(host, tcd, 3);
  host.sigmas = {0.8, 0.5};
  host.x = {1.6};
  host.denoiser = [](const Vector&, double) { return Vector{2.0}; };
  host.noise = [](double, double, std::size_t) { return Vector{1.0}; };
  ASSERT_EQ(host.sample(*tcd.sampler.create({{"eta", 0.5}, {"s_noise", 3}}), tcd.info()), KS_OK);
  const double x_s = 0.25 / 0.8 * 1.6 + (0.75 - 0.2 * 0.25 / 0.8) * 2, scale = 0.5 / 0.75;
  const double up = std::sqrt(0.5 * 0.5 - scale * scale * 0.25 * 0.25);
  EXPECT_NEAR(host.x[0], scale * x_s + 3 * up, 1e-15);
}

TEST(Restart, IsHeunsMethodWithoutRestarts) {
  for (const bool flow : kBoth) {
    const Vector sigmas = flow ? Vector{0.9, 0.6, 0.3, 0.05, 0} : Vector{9, 3, 1, 0.4, 0.05, 0};
    const Vector heun = sampled(sampler_named("k-diffusion", "heun", flow), sigmas);
    const Vector restart =
        sampled(sampler_named("strategies", "restart", flow), sigmas, {{"repeats", 0}});
    // A few steps' roundings.
    for (std::size_t i = 0; i < heun.size(); ++i) EXPECT_NEAR(restart[i], heun[i], 1e-14);
  }
}

TEST(Restart, GoesBackUpWhereTheNoiseHasFallenFarEnough) {
  Host host;
  Vector sigmas;
  host.on_step = [&](const ks_step& step) { sigmas.push_back(step.sigma); };
  run(host, sampler_named("strategies", "restart"), {9, 3, 0.08, 0.05, 0},
      {{"repeats", 2}, {"steps", 2}, {"sigma_min", 0.1}, {"sigma_max", 1}});
  const double middle = std::pow((1 + std::pow(0.08, 1.0 / 7)) / 2, 7);
  ASSERT_EQ(sigmas.size(), 8u);
  const Vector expected{9, 3, 1, middle, 1, middle, 0.08, 0.05};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(sigmas[i], expected[i], 1e-15) << i;
  EXPECT_EQ(host.noise_sigmas, (Vector{0.08, 1, 0.08, 1}));
}

// On Gaussian data, with all of the noise of a variance of its own, a restart changes no variance: the
// latent at sigma_max is one of the diffusion again.
TEST(Restart, BringsTheLatentBackToTheNoiseOfItsLevel) {
  for (const bool flow : kBoth) {
    Host host;
    const SamplerCase restart = sampler_named("strategies", "restart", flow);
    set_up(host, restart, 3);
    const double first = flow ? 0.4 : 1.0, low = 0.09, high = 0.3, scale = 0.8;
    host.sigmas = log_snr_schedule(flow, first, low, 400);
    host.denoiser = gaussian(0, scale, flow);
    host.x = {std::sqrt(Mixing(flow, first).variance(scale)), 0.0};
    host.noise = [](double, double, std::size_t) { return Vector{0.0, 1.0}; };
    double back_up = 0;
    host.on_step = [&](const ks_step& step) {
      if (step.sigma != high || back_up > 0) return;
      const Vector& x = step.x->values;
      back_up = x[0] * x[0] + x[1] * x[1];
    };
    ASSERT_EQ(host.sample(*restart.sampler.create(), restart.info()), KS_OK) << host.message;
    // The error of 400 steps of second order.
    EXPECT_NEAR(back_up / Mixing(flow, high).variance(scale), 1, 1e-4);
  }
}

// Where all frequencies are of one variance at every size, a smaller latent is another picture: the
// ways are compared in tests/sampling/inside_test.cpp. Here is what they ask for.
TEST(SpectralProgressive, AsksAtTheLevelsOfTheSmallerSizeAndThenAtItsOwn) {
  for (const bool flow : kBoth) {
    Host host;
    const SamplerCase progressive = sampler_named("strategies", "spectral_progressive", flow);
    set_up(host, progressive, 3);
    host.height = 4;
    host.x.assign(16, 0.5);
    host.sigmas = flow ? Vector{0.9, 0.6, 0.3, 0.1, 0} : Vector{8, 4, 2, 1, 0};
    std::vector<std::pair<double, std::size_t>> steps;
    host.on_step = [&](const ks_step& step) { steps.emplace_back(step.sigma, step.x->values.size()); };
    ASSERT_EQ(host.sample(*progressive.sampler.create(), progressive.info()), KS_OK) << host.message;
    const auto level = [&](double sigma) { return flow ? sigma / (2 - sigma) : sigma / 2; };
    ASSERT_EQ(steps.size(), 4u);
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_EQ(steps[i].second, i < 2 ? 4u : 16u);
      EXPECT_NEAR(steps[i].first, i < 2 ? level(host.sigmas[i]) : host.sigmas[i], 1e-15);
    }
    EXPECT_EQ(host.noise_sigmas, (Vector{host.sigmas[1], host.sigmas[2]}));
  }
}

TEST(SpectralProgressive, IsTheOtherSamplerWhereNoStepIsTakenThere) {
  for (const bool flow : kBoth) {
    const Vector sigmas = flow ? Vector{0.9, 0.6, 0.3, 0.05, 0} : Vector{9, 3, 1, 0.4, 0.05, 0};
    EXPECT_EQ(
        sampled(sampler_named("strategies", "spectral_progressive", flow), sigmas, {{"share", 0}}),
        sampled(sampler_named("strategies", "restart", flow), sigmas, {{"repeats", 0}}));
  }
}

}  // namespace
}  // namespace ksampler::toy
