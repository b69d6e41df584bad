// What single parameters do, where no order and no variance shows it.
#include "tests/plugins/samplers/cases.hpp"

namespace ksampler::toy {
namespace {

// Of a run from sigma 3 over `sigmas`, with all of the picture 0 and all noise 1: the latent at each
// step, and at the end.
Vector latents_of(const SamplerCase& sampler_case, const Vector& sigmas, const Values& values) {
  Host host;
  set_up(host, sampler_case, 3);
  host.sigmas = sigmas;
  host.x = {0.0};
  host.denoiser = [](const Vector& x, double) { return Vector(x.size(), 0.0); };
  host.noise = [](double, double, std::size_t size) { return Vector(size, 1.0); };
  Vector latents;
  host.on_step = [&](const ks_step& step) { latents.push_back(step.x->values.at(0)); };
  EXPECT_EQ(host.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK)
      << host.message;
  latents.push_back(host.x.at(0));
  return latents;
}

TEST(Lcm, ScalesItsNoiseFromTheFirstStepToTheLast) {
  const SamplerCase lcm = sampler_named("lcm");
  EXPECT_EQ(latents_of(lcm, {3, 2, 1, 0.5}, {}), (Vector{0, 2, 1, 0.5}));
  EXPECT_EQ(latents_of(lcm, {3, 2, 1, 0.5}, {{"s_noise", 1}, {"s_noise_end", 3}}),
            (Vector{0, 2, 2, 1.5}));
  EXPECT_EQ(latents_of(lcm, {3, 2, 1, 0}, {{"s_noise", 1}, {"s_noise_end", 3}}), (Vector{0, 2, 2, 0}));
  EXPECT_EQ(latents_of(lcm, {3, 2}, {{"s_noise", 0.5}, {"s_noise_end", 3}}), (Vector{0, 1}));
}

Vector er_sde(const Values& values) {
  const SamplerCase sampler_case = sampler_named("er_sde");
  Host host;
  set_up(host, sampler_case, 12);
  EXPECT_EQ(host.sample(*sampler_case.sampler.create(values), sampler_case.info()), KS_OK)
      << host.message;
  return host.x;
}

TEST(ErSde, IsTheProbabilityFlowAtEta0) {
  constexpr double ode = 2;
  EXPECT_EQ(er_sde({{"eta", 0}}), er_sde({{"solver_type", ode}}));
  EXPECT_EQ(er_sde({{"eta", 0}, {"solver_type", 1}}), er_sde({{"solver_type", ode}}));
}

TEST(ErSde, TakesEtaForItsOwnFunctionToo) {
  EXPECT_EQ(er_sde({{"eta", 1}}), er_sde({}));
  EXPECT_NE(er_sde({{"eta", 0.5}}), er_sde({}));
  EXPECT_NE(er_sde({{"eta", 10}}), er_sde({}));
}

}  // namespace
}  // namespace ksampler::toy
