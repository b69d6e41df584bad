// The nodes of custom sampling: noise levels of one scheduler, samplers with parameters, noise. The
// values are those of the formulas in ComfyUI's nodes_custom_sampler.py, nodes_align_your_steps.py and
// k-diffusion's get_sigmas_*, which stand beside them.
#include "host/model/load/load_model.hpp"
#include "host/nodes/declarations.hpp"
#include "host/session/noise_source.hpp"
#include "tests/model/network_case.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace ksampler {
namespace {

using test::error_text;

SigmasValue sigmas_of(NodeCase node) { return std::any_cast<SigmasValue>(node.run().at(0)); }

// float32's rounding, of a few operations: 1e-6 of the value.
void expect_near(const SigmasValue& sigmas, const std::vector<double>& expected) {
  ASSERT_EQ(sigmas.size(), expected.size());
  for (std::size_t i = 0; i < sigmas.size(); ++i) {
    EXPECT_NEAR(sigmas[i], expected[i], 1e-6 * std::max(1.0, expected[i])) << i;
  }
}

ModelValue model_of(const ModelSampling& sampling) {
  return with_sampling(
      find_model(open_model_file(test::network_file("sd1_unet")), at::kCPU, at::kFloat).value,
      sampling);
}

const std::int64_t kThree = 3;

TEST(KarrasScheduler, TakesEqualStepsInTheRoot) {
  // Roots 2, 1.5 and 1, cubed.
  expect_near(sigmas_of({"KarrasScheduler",
                         {{"steps", kThree}, {"sigma_max", 8.0}, {"sigma_min", 1.0}, {"rho", 3.0}},
                         {},
                         {}}),
              {8, 3.375, 1, 0});
}

TEST(KarrasScheduler, HasTheLevelsOfStableDiffusionByItself) {
  const SigmasValue sigmas = sigmas_of({"KarrasScheduler", {}, {}, {}});
  ASSERT_EQ(sigmas.size(), 21u);
  EXPECT_NEAR(sigmas.front(), 14.614642, 1e-5);
  EXPECT_NEAR(sigmas[19], 0.0291675, 1e-7);
}

TEST(KarrasScheduler, RefusesALevelOfNothing) {
  EXPECT_EQ(error_text([] {
              NodeCase{"KarrasScheduler", {{"sigma_min", 0.0}}, {}, {}}.run();
            }),
            "'sigma_min' is 0; expected a noise level above 0 (the last step goes to 0 anyhow)");
}

TEST(ExponentialScheduler, TakesEqualStepsInTheLogarithm) {
  expect_near(sigmas_of({"ExponentialScheduler",
                         {{"steps", kThree}, {"sigma_max", 4.0}, {"sigma_min", 1.0}},
                         {},
                         {}}),
              {4, 2, 1, 0});
}

TEST(PolyexponentialScheduler, BendsTheLogarithm) {
  // 16^(1, 1/2^2, 0).
  expect_near(sigmas_of({"PolyexponentialScheduler",
                         {{"steps", kThree}, {"sigma_max", 16.0}, {"sigma_min", 1.0}, {"rho", 2.0}},
                         {},
                         {}}),
              {16, 2, 1, 0});
}

TEST(LaplaceScheduler, IsClampedAndEndsAboveZero) {
  // exp(-0.5 sgn(1/2 - x) ln(1 - 2 |1/2 - x| + 1e-5)) at 0, 1/2 and 1 is 316, 1 and 0.003.
  expect_near(sigmas_of({"LaplaceScheduler", {{"steps", kThree}}, {}, {}}), {14.614642, 1, 0.0291675});
}

TEST(VPScheduler, FollowsTheVariancePreservingSde) {
  const auto sigma = [](double t) { return std::sqrt(std::expm1(19.9 * t * t / 2 + 0.1 * t)); };
  const SigmasValue sigmas = sigmas_of({"VPScheduler", {{"steps", std::int64_t{2}}}, {}, {}});
  ASSERT_EQ(sigmas.size(), 3u);
  EXPECT_NEAR(sigmas[0], sigma(1), 1e-3);  // float32: e^10 of an exponent that is rounded to 1e-6
  EXPECT_NEAR(sigmas[1], sigma(0.001), 1e-7);
  EXPECT_EQ(sigmas[2], 0.0);
}

TEST(BetaSamplingScheduler, TakesQuantilesOfTheModelsLevels) {
  const ModelSampling eps = ModelSampling::named("eps");
  // With 1 and 1 all timesteps are as likely: 999 and 499.5, which goes to the even number.
  EXPECT_EQ(sigmas_of({"BetaSamplingScheduler",
                       {{"steps", std::int64_t{2}}, {"alpha", 1.0}, {"beta", 1.0}},
                       {{"model", model_of(eps)}},
                       {}}),
            (SigmasValue{eps.abi()->sigmas[999], eps.abi()->sigmas[500], 0}));
}

SigmasValue align_your_steps(std::int64_t steps, double denoise) {
  return sigmas_of({"AlignYourStepsScheduler", {{"steps", steps}, {"denoise", denoise}}, {}, {}});
}

TEST(AlignYourStepsScheduler, HasThePublishedLevelsAtTenSteps) {
  expect_near(align_your_steps(10, 1.0),
              {14.6146412293, 6.4745760956, 3.8636745985, 2.6946151520, 1.8841921177, 1.3943805092,
               0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0});
}

TEST(AlignYourStepsScheduler, TakesTheLastStepsForAShare) {
  expect_near(align_your_steps(10, 0.5),
              {1.3943805092, 0.9642583904, 0.6523686016, 0.3977456272, 0.1515232662, 0});
  EXPECT_EQ(align_your_steps(5, 0.5).size(), 3u);  // 2.5 steps, to the even number
  EXPECT_TRUE(align_your_steps(10, 0.0).empty());
}

// Those that Black Forest Labs' own code gives, in float32.
TEST(Flux2Scheduler, HasThePublishedLevelsAtFourSteps) {
  const SigmasValue made = sigmas_of(
      {"Flux2Scheduler",
       {{"steps", std::int64_t{4}}, {"width", std::int64_t{512}}, {"height", std::int64_t{512}}},
       {},
       {}});
  expect_near(made, {1.0, 0.95808536, 0.88398188, 0.71749657, 0.0});
}

// Those of diffusers' Ideogram4Pipeline, in float32.
TEST(Ideogram4Scheduler, HasThePublishedLevels) {
  expect_near(sigmas_of({"Ideogram4Scheduler", {{"steps", std::int64_t{4}}}, {}, {}}),
              {0.9998766183853149, 0.8668632507324219, 0.6666666865348816, 0.3805510699748993, 0.0});
  expect_near(sigmas_of({"Ideogram4Scheduler",
                         {{"steps", std::int64_t{5}},
                          {"width", std::int64_t{768}},
                          {"height", std::int64_t{512}},
                          {"mu", 0.5},
                          {"std", 1.0}},
                         {},
                         {}}),
              {0.9998766183853149, 0.8240967392921448, 0.7223361730575562, 0.6104931235313416,
               0.4653335511684418, 0.0});
}

TEST(LTXVScheduler, TakesTheCellsOfALatentForTokens) {
  const NodeCase plain{"LTXVScheduler", {{"steps", std::int64_t{6}}}, {}, {}};
  NodeCase of_latent = plain;
  of_latent.links["latent"] = latent_of(at::zeros({2, 16, 64, 64}));  // 4096
  EXPECT_EQ(sigmas_of(of_latent), sigmas_of(plain));
  of_latent.links["latent"] = latent_of(at::zeros({1, 128, 4, 16, 32}));  // 2048, of a video
  EXPECT_LT(sigmas_of(of_latent).at(3), sigmas_of(plain).at(3));
}

TEST(SDTurboScheduler, TakesTheTaughtTimesteps) {
  const ModelSampling eps = ModelSampling::named("eps");
  const auto made = [&](std::int64_t steps, double denoise) {
    return sigmas_of(
        {"SDTurboScheduler", {{"steps", steps}, {"denoise", denoise}}, {{"model", model_of(eps)}}, {}});
  };
  EXPECT_EQ(made(1, 1.0), (SigmasValue{eps.sigma(999), 0}));
  EXPECT_EQ(made(2, 0.5), (SigmasValue{eps.sigma(499), eps.sigma(399), 0}));
  EXPECT_EQ(made(10, 0.2), (SigmasValue{eps.sigma(199), eps.sigma(99), 0}));  // no more are left
  EXPECT_EQ(made(1, 0.05), (SigmasValue{0}));
}

TEST(SetFirstSigma, LeavesTheOthers) {
  const auto set = [](const SigmasValue& sigmas) {
    return NodeCase{"SetFirstSigma", {}, {{"sigmas", sigmas}}, {}};
  };
  EXPECT_EQ(sigmas_of(set({14, 7, 0})), (SigmasValue{136, 7, 0}));
  EXPECT_EQ(error_text([&] { set({}).run(); }),
            "'sigmas' has no noise level to set; expected at least one");
}

SigmasValue extended(std::int64_t steps, double start, double end, const std::string& spacing) {
  return sigmas_of(
      {"ExtendIntermediateSigmas",
       {{"steps", steps}, {"start_at_sigma", start}, {"end_at_sigma", end}, {"spacing", spacing}},
       {{"sigmas", SigmasValue{16, 8, 4, 0}}},
       {}});
}

TEST(ExtendIntermediateSigmas, PutsLevelsBetweenThoseOfTheRange) {
  EXPECT_EQ(extended(2, -1, 8, "linear"), (SigmasValue{16, 12, 8, 6, 4, 0}));
  EXPECT_EQ(extended(4, 10, 5, "linear"), (SigmasValue{16, 8, 7, 6, 5, 4, 0}));
  EXPECT_EQ(extended(1, -1, 0, "linear"), (SigmasValue{16, 8, 4, 0}));
}

TEST(ExtendIntermediateSigmas, KnowsItsSpacings) {
  const double s = std::sqrt(0.5);  // sin and cos of a quarter turn halved
  expect_near(extended(2, -1, 16, "cosine"), {16, 16 - 8 * s, 8, 4, 0});
  expect_near(extended(2, -1, 16, "sine"), {16, 16 - 8 * (1 - s), 8, 4, 0});
}

TEST(SamplingPercentToSigma, SaysTheLevelAtAShareOfTheRun) {
  const ModelSampling eps = ModelSampling::named("eps");
  const auto made = [&](double percent, bool actual) {
    NodeCase node{"SamplingPercentToSigma",
                  {{"sampling_percent", percent}, {"return_actual_sigma", actual}},
                  {{"model", model_of(eps)}},
                  {}};
    return std::any_cast<double>(node.run().at(0));
  };
  EXPECT_EQ(made(0.5, false), eps.sigma(499.5));
  EXPECT_EQ(made(0.5, true), eps.sigma(499.5));
  EXPECT_EQ(made(0, false), 999999999.9);
  EXPECT_EQ(made(0, true), eps.sigma_max());
  EXPECT_EQ(made(1, false), 0.0);
  EXPECT_EQ(made(1, true), eps.sigma_min());
}

SamplerValue sampler_of(NodeCase node) { return std::any_cast<SamplerValue>(node.run().at(0)); }

std::map<std::string, double> params_of(const SamplerValue& sampler) {
  std::map<std::string, double> values;
  for (const NamedParam& param : sampler.params) values[param.id] = std::get<double>(param.value);
  return values;
}

using Params = std::map<std::string, double>;

TEST(SamplerNodes, GiveSamplersThatTakeWhatTheyGiveThem) {
  const Registry registry({BINARY_DIR "/plugins"});
  int seen = 0;
  for (const NodeDecl& decl : node_declarations()) {
    if (decl.outputs.size() != 1 || decl.outputs[0].type != "SAMPLER") continue;
    if (decl.type == "KSamplerSelect" || decl.type == "SamplerAround") continue;
    SCOPED_TRACE(decl.type);
    const SamplerValue sampler = sampler_of({decl.type, {}, {}, {}});
    EXPECT_NO_THROW(registry.make_sampler(sampler.name, sampler.params));
    // By themselves they are the sampler as KSamplerSelect has it.
    for (const ParamDescription& param : registry.sampler(sampler.name).sampler->params) {
      const Params params = params_of(sampler);
      if (!params.contains(param.id)) continue;
      EXPECT_EQ(params.at(param.id), param.default_value) << param.id;
    }
    ++seen;
  }
  EXPECT_EQ(seen, 12);
}

TEST(SamplerAround, PutsTheOtherSamplerInside) {
  const SamplerValue made = sampler_of({"SamplerAround",
                                        {{"sampler_name", PluginChoice{"restart", {{"repeats", 2.0}}}}},
                                        {{"sampler", SamplerValue{"dpmpp_2m", {}}}},
                                        {}});
  EXPECT_EQ(made.name, "restart");
  EXPECT_EQ(params_of(made), (Params{{"repeats", 2}}));
  ASSERT_NE(made.inside, nullptr);
  EXPECT_EQ(made.inside->name, "dpmpp_2m");
}

TEST(SamplerDPMPP_2M_SDE, SaysItsSolverByNumberAndItsDeviceByName) {
  const auto made = [](const char* device) {
    return sampler_of({"SamplerDPMPP_2M_SDE",
                       {{"solver_type", std::string("heun")},
                        {"eta", 0.5},
                        {"s_noise", 0.25},
                        {"noise_device", std::string(device)}},
                       {},
                       {}});
  };
  EXPECT_EQ(made("cpu").name, "dpmpp_2m_sde");
  EXPECT_EQ(made("gpu").name, "dpmpp_2m_sde_gpu");
  EXPECT_EQ(params_of(made("cpu")), (Params{{"solver_type", 1}, {"eta", 0.5}, {"s_noise", 0.25}}));
}

TEST(SamplerSASolver, PassesOnWholeNumbersAndChoicesOfTrueAndFalse) {
  const Params params = params_of(sampler_of(
      {"SamplerSASolver", {{"predictor_order", std::int64_t{2}}, {"use_pece", true}}, {}, {}}));
  EXPECT_EQ(params.at("predictor_order"), 2);
  EXPECT_EQ(params.at("use_pece"), 1);
  EXPECT_EQ(params.at("simple_order_2"), 0);
}

TEST(SamplerER_SDE, LeavesEtaToTheReverseTimeSde) {
  const auto made = [](const char* type) {
    return params_of(
        sampler_of({"SamplerER_SDE", {{"solver_type", std::string(type)}, {"eta", 0.5}}, {}, {}}));
  };
  EXPECT_EQ(made("ER-SDE"), (Params{{"solver_type", 0}, {"max_stage", 3}, {"s_noise", 1}}));
  EXPECT_EQ(made("Reverse-time SDE"),
            (Params{{"solver_type", 1}, {"max_stage", 3}, {"s_noise", 1}, {"eta", 0.5}}));
  EXPECT_FALSE(made("ODE").contains("eta"));
}

at::Tensor noised(const ModelSampling& sampling, const Latent& latent, const SigmasValue& sigmas,
                  bool add = true) {
  NodeCase node{"AddNoise",
                {},
                {{"model", model_of(sampling)},
                 {"noise", NoiseValue{42, add}},
                 {"sigmas", sigmas},
                 {"latent_image", latent}},
                {}};
  return std::any_cast<LatentValue>(node.run().at(0)).samples;
}

TEST(AddNoise, ScalesTheNoiseByTheDistanceOfFirstAndLastLevel) {
  const Latent latent = latent_of(at::arange(64, at::kFloat).view({1, 4, 4, 4}) / 64.0);
  const at::Tensor unit = initial_noise({1, 4, 4, 4}, {.seed = 42}).noise;
  const double scale = 0.18215;  // of Stable Diffusion's latents
  // float32's rounding.
  const auto near = [](const at::Tensor& a, const at::Tensor& b) {
    return at::allclose(a, b, 1e-5, 1e-5);
  };
  const ModelSampling eps = ModelSampling::named("eps"), flow = ModelSampling::flow(3.0);
  EXPECT_TRUE(near(noised(eps, latent, {10, 5, 2.5}), unit * 7.5 / scale + latent.samples));
  EXPECT_TRUE(near(noised(eps, latent, {2}), unit * 2.0 / scale + latent.samples));
  EXPECT_TRUE(near(noised(flow, latent, {0.75, 0.5, 0}), unit * 0.75 / scale + latent.samples * 0.25));
  EXPECT_TRUE(near(noised(flow, latent, {0.75, 0.25}, false), latent.samples * 0.5));
  EXPECT_TRUE(at::equal(noised(eps, latent, {}), latent.samples));
}

}  // namespace
}  // namespace ksampler
