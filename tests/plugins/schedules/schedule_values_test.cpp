// Schedules for which there is no reference output: against their published values and formulas.
#include "tests/plugins/schedules/schedule_case.hpp"

#include "host/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ksampler::schedules {
namespace {

using Numbers = std::vector<double>;

void expect_floats(const std::vector<double>& ours, const std::vector<double>& published) {
  ASSERT_EQ(ours.size(), published.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_FLOAT_EQ(static_cast<float>(ours[i]), static_cast<float>(published[i])) << "sigma " << i;
  }
}

TEST(AlignYourSteps, AtTenStepsIsThePublishedTimestepsOfStableDiffusion) {
  const ModelSampling sd = ModelSampling::named("eps");
  std::vector<double> sd1;
  for (const int t : {999, 850, 736, 645, 545, 455, 343, 233, 124, 24})
    sd1.push_back(sd.abi()->sigmas[t]);
  sd1.push_back(0.0);
  EXPECT_EQ(sigmas("ays", "eps", 10), sd1);

  std::vector<double> sdxl;
  for (const int t : {999, 845, 730, 587, 443, 310, 193, 116, 53, 13})
    sdxl.push_back(sd.abi()->sigmas[t]);
  sdxl.push_back(0.0);
  EXPECT_EQ(sigmas("ays", "eps", 10, {{"model_type", 1.0}}), sdxl);
}

TEST(AlignYourSteps, AtTenStepsIsThePublishedLevelsOfStableVideoDiffusion) {
  expect_floats(sigmas("ays", "edm", 10, {{"model_type", 2.0}}),
                {700.0, 54.5, 15.886, 7.977, 4.248, 1.789, 0.981, 0.403, 0.173, 0.034, 0.0});
}

TEST(AlignYourSteps, BetweenItsLevelsIsTheirGeometricMean) {
  const std::vector<double> ten = sigmas("ays", "eps", 10);
  const std::vector<double> twenty = sigmas("ays", "eps", 20);
  ASSERT_EQ(twenty.size(), 21u);
  for (std::size_t i = 0; i + 1 < 10; ++i) {
    EXPECT_FLOAT_EQ(static_cast<float>(twenty[2 * i]), static_cast<float>(ten[i]));
    EXPECT_FLOAT_EQ(static_cast<float>(twenty[2 * i + 1]),
                    static_cast<float>(std::sqrt(ten[i] * ten[i + 1])));
  }
}

TEST(AlignYourSteps, RefusesAFlowModel) {
  try {
    sigmas("ays", "flux", 10);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("fits models with additive noise"), std::string::npos)
        << error.what();
  }
}

TEST(Flux2, AtFourStepsOfA512PixelImageIsBlackForestLabs) {
  // The published code's mu for 32 x 32 tokens and 4 steps is 2.0306897, its sigmas as follows.
  expect_floats(sigmas("flux2", "flux", 4, {{"width", 512.0}, {"height", 512.0}}),
                {1.0, 0.95808536, 0.88398188, 0.71749657, 0.0});
}

TEST(Flux2, AboveItsLargestFittedImageDoesNotDependOnTheSteps) {
  // 96 x 64 tokens, over 4300: mu = 1.6927e-4 * 6144 + 0.45666666.
  const double e = std::exp(0.00016927 * 6144 + 0.45666666);
  for (const std::uint32_t steps : {2u, 50u}) {
    const std::vector<double> all =
        sigmas("flux2", "flux", steps, {{"width", 1536.0}, {"height", 1024.0}});
    // At the middle t is 1/2 and 1/t - 1 is 1.
    EXPECT_FLOAT_EQ(static_cast<float>(all[steps / 2]), static_cast<float>(e / (e + 1)));
  }
}

TEST(BongTangent, GoesFromSigmaMaxThroughTheMiddleToZero) {
  // 18 steps: 20 points, of which floor(0.6 * 20) = 12 are on the first curve.
  const std::vector<double> all = sigmas("bong_tangent", "flow", 18);
  ASSERT_EQ(all.size(), 19u);
  EXPECT_EQ(all.front(), 1.0);
  EXPECT_FLOAT_EQ(static_cast<float>(all[11]), 0.5F);
  EXPECT_EQ(all.back(), 0.0);
  // Point 5 of the first curve by hand: a(x) = arctan(0.2 * 40 / 20 * (12 - x)), from 1 to 0.5.
  const auto a = [](double x) { return std::atan(0.4 * (12 - x)); };
  EXPECT_FLOAT_EQ(static_cast<float>(all[5]),
                  static_cast<float>((a(5) - a(11)) / (a(0) - a(11)) * 0.5 + 0.5));
}

TEST(BongTangent, ScalesWithTheModel) {
  const double sigma_max = ModelSampling::named("eps").sigma_max();
  const std::vector<double> flow = sigmas("bong_tangent", "flow", 10);
  const std::vector<double> eps = sigmas("bong_tangent", "eps", 10);
  for (std::size_t i = 0; i < flow.size(); ++i)
    EXPECT_NEAR(eps[i], flow[i] * sigma_max, 2e-6);  // 2 ulp at 14
}

TEST(Beta57, IsBetaWithItsTwoValues) {
  EXPECT_EQ(sigmas("beta57", "eps", 20), sigmas("beta", "eps", 20, {{"alpha", 0.5}, {"beta", 0.7}}));
  EXPECT_NE(sigmas("beta57", "eps", 20), sigmas("beta", "eps", 20));
}

TEST(Karras, AtRhoOneIsLinear) {
  const std::vector<double> all = sigmas("karras", "edm", 5, {{"rho", 1.0}});
  EXPECT_FLOAT_EQ(static_cast<float>(all[2]), static_cast<float>((all[0] + all[4]) / 2));
}

TEST(Polyexponential, AtRhoOneIsExponential) {
  const std::vector<double> poly = sigmas("polyexponential", "eps", 12);
  const std::vector<double> plain = sigmas("exponential", "eps", 12);
  // The one interpolates in ln(sigma) and the other scales it: a few roundings of numbers near 3.
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(poly[i], plain[i], 2e-6 * plain[i]);
}

TEST(Laplace, EndsAboveZeroUnlessToldToAppendIt) {
  EXPECT_GT(sigmas("laplace", "eps", 8).back(), 0.0);
  const std::vector<double> all = sigmas("laplace", "eps", 8, {{"append_zero", 1.0}});
  EXPECT_EQ(all.size(), 9u);
  EXPECT_EQ(all.back(), 0.0);
}

TEST(LinearQuadratic, GoesTheThresholdInItsLinearSteps) {
  const std::vector<double> all =
      sigmas("linear_quadratic", "flow", 20, {{"threshold_noise", 0.1}, {"linear_steps", 8.0}});
  EXPECT_FLOAT_EQ(static_cast<float>(all[8]), 0.9F);
  EXPECT_FLOAT_EQ(static_cast<float>(all[4]), 0.95F);
}

TEST(Manual, IsTheListAsItStands) {
  const Numbers list = {10.0, 3.0, 1.0, 0.25};
  EXPECT_EQ(sigmas("manual", "eps", 20, {{"sigmas", list}}), list);
}

TEST(Flux, IsTheLineOfBlackForestLabs) {
  // e^mu / (e^mu + 1/t - 1) with mu 1.15 for 1024 x 1024 pixels, and 0.63 for 512 x 512.
  expect_floats(sigmas("flux", "flux", 4, {{"width", 1024.0}, {"height", 1024.0}}),
                {1.0, 0.9045307667386396, 0.7595109169491111, 0.5128441015091338, 0.0});
  expect_floats(sigmas("flux", "flux", 4, {{"width", 512.0}, {"height", 512.0}}),
                {1.0, 0.8492348306829303, 0.6524894621927445, 0.38494474881746926, 0.0});
}

TEST(Flux, WithoutAShiftIsSchnells) {
  expect_floats(sigmas("flux", "flux", 4, {{"base_shift", 0.0}, {"max_shift", 0.0}}),
                {1.0, 0.75, 0.5, 0.25, 0.0});
}

TEST(Ltxv, IsStretchedToItsLastLevel) {
  // mu 2.05, and 1 - sigma times 0.9 / (1 - sigma_3): four roundings of float32, of which the division
  // by 1 - sigma_3 makes twice as much.
  const Numbers expected{1.0, 0.8670832058183824, 0.6315685712321257, 0.1, 0.0};
  const Numbers ours = sigmas("ltxv", "flow", 4, {{"tokens", 4096.0}});
  ASSERT_EQ(ours.size(), expected.size());
  for (std::size_t i = 0; i < ours.size(); ++i) EXPECT_NEAR(ours[i], expected[i], 5e-7) << i;
  EXPECT_FLOAT_EQ(static_cast<float>(sigmas("ltxv", "flow", 4, {{"terminal", 0.3}})[3]), 0.3F);
}

TEST(Ltxv, WithoutStretchingIsTheShiftedTime) {
  expect_floats(sigmas("ltxv", "flow", 4, {{"stretch", 0.0}, {"tokens", 1024.0}, {"base_shift", 1.15}}),
                sigmas("flux", "flux", 4, {{"width", 1024.0}, {"height", 1024.0}}));
}

// As `normal` and others do, `flow` goes from its timestep of sigma_max to that of sigma_min, which are
// the noise levels themselves, and shifts by 3.
double of_flow(double fraction) {
  const double last = ModelSampling::named("flow").sigma_min();
  const double t = last + fraction * (1 - last);
  return 3 * t / (1 + 2 * t);
}

void expect_fractions(const std::vector<double>& ours, const std::vector<double>& fractions) {
  ASSERT_EQ(ours.size(), fractions.size() + 1);
  // Timesteps are float32 numbers: half a unit of 1, by the slope of the shift, 3.
  for (std::size_t i = 0; i < fractions.size(); ++i)
    EXPECT_NEAR(ours[i], of_flow(fractions[i]), 2e-7) << i;
  EXPECT_EQ(ours.back(), 0.0);
}

TEST(LogitNormal, IsItsQuantiles) {
  // sigmoid(mean + std * z) at the quartiles z of the normal distribution, 0.6745, 0 and -0.6745.
  expect_fractions(sigmas("logit_normal", "flow", 4),
                   {1.0, 0.6625077592515092, 0.5, 0.3374922407484907});
  expect_fractions(sigmas("logit_normal", "flow", 4, {{"mean", 0.5}, {"std", 0.8}}),
                   {1.0, 0.7387712359702702, 0.6224593312018546, 0.4901033426866477});
}

// diffusers' Ideogram4Pipeline: its levels in float32.
TEST(Ideogram4, IsThePublishedSchedule) {
  expect_floats(sigmas("ideogram4", "flow", 4),
                {0.9998766183853149, 0.8668632507324219, 0.6666666865348816, 0.3805510699748993, 0.0});
}

TEST(Ideogram4, KeepsOffBothEnds) {
  // ln SNR is 18 at most and -15 at least: y = -7.5 and 9.
  const std::vector<double> low = sigmas("ideogram4", "flow", 3, {{"mu", -10.0}, {"std", 5.0}});
  EXPECT_FLOAT_EQ(static_cast<float>(low[2]), static_cast<float>(1 / (1 + std::exp(7.5))));
  const std::vector<double> high = sigmas("ideogram4", "flow", 3, {{"mu", 10.0}});
  EXPECT_FLOAT_EQ(static_cast<float>(high[1]), static_cast<float>(1 / (1 + std::exp(-9.0))));
}

TEST(Smoothstep, IsHermitesCubic) {
  expect_fractions(sigmas("smoothstep", "flow", 4), {1.0, 0.84375, 0.5, 0.15625});
}

TEST(DdimTrailing, BeginsAtTheLastEntryOfTheTable) {
  const ModelSampling sd = ModelSampling::named("eps");
  Numbers expected;
  for (const int t : {999, 749, 499, 249}) expected.push_back(sd.abi()->sigmas[t]);
  expected.push_back(0.0);
  EXPECT_EQ(sigmas("ddim_trailing", "eps", 4), expected);
  // round(1000 - i * 1000 / 7) - 1
  const Numbers seven = sigmas("ddim_trailing", "eps", 7);
  EXPECT_EQ(seven[1], sd.abi()->sigmas[856]);
  EXPECT_EQ(seven[6], sd.abi()->sigmas[142]);
}

TEST(SdTurbo, TakesTheTenTimestepsThatItWasTaught) {
  const ModelSampling sd = ModelSampling::named("eps");
  EXPECT_EQ(sigmas("sd_turbo", "eps", 1), (Numbers{sd.abi()->sigmas[999], 0.0}));
  const Numbers ten = sigmas("sd_turbo", "eps", 10);
  ASSERT_EQ(ten.size(), 11u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ten[i], sd.abi()->sigmas[999 - 100 * i]);
  // More than there are: between them.
  const Numbers twenty = sigmas("sd_turbo", "eps", 20);
  ASSERT_EQ(twenty.size(), 21u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(twenty[2 * i], ten[i]);
}

TEST(Manual, InterpolatesAListThatEndsAtZeroAboveIt) {
  expect_floats(sigmas("manual", "eps", 3, {{"sigmas", Numbers{16.0, 1.0, 0.0}}, {"interpolate", 1.0}}),
                {16.0, 4.0, 1.0, 0.0});
}

TEST(Manual, InterpolatesAListThatEndsAboveZeroToItsEnd) {
  expect_floats(sigmas("manual", "eps", 4, {{"sigmas", Numbers{16.0, 1.0}}, {"interpolate", 1.0}}),
                {16.0, 8.0, 4.0, 2.0, 1.0});
}

std::string message_of(const Numbers& list) {
  try {
    sigmas("manual", "eps", 4, {{"sigmas", list}});
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Manual, SaysWhatIsWrongWithAList) {
  EXPECT_NE(message_of({1.0}).find("has 1 noise levels; expected 2 or more"), std::string::npos)
      << message_of({1.0});
  EXPECT_NE(message_of({1.0, 2.0}).find("sigma 1 is 2, above the one before it, 1"), std::string::npos)
      << message_of({1.0, 2.0});
}

}  // namespace
}  // namespace ksampler::schedules
