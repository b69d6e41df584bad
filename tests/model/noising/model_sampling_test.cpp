#include "host/model/noising/model_sampling.hpp"

#include "host/base/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>

namespace ksampler {
namespace {

float narrow(double value) { return static_cast<float>(value); }

TEST(ModelSampling, HasTheTablesOfTheModelsItIsNamedFor) {
  // The ends of ComfyUI's tables, as float32.
  const ModelSampling eps = ModelSampling::named("eps");
  EXPECT_EQ(eps.abi()->sigma_count, 1000u);
  EXPECT_EQ(narrow(eps.sigma_min()), 0.029167158F);
  EXPECT_EQ(narrow(eps.sigma_max()), 14.614641F);
  EXPECT_EQ(narrow(ModelSampling::named("v_zsnr").sigma_max()), 4518.7637F);
  // exp(ln 0.002) and exp(ln 120), each rounded.
  EXPECT_FLOAT_EQ(narrow(ModelSampling::named("edm").sigma_min()), 0.002F);
  EXPECT_FLOAT_EQ(narrow(ModelSampling::named("edm").sigma_max()), 120.0F);
  EXPECT_FLOAT_EQ(narrow(ModelSampling::named("flow").sigma_min()), 3e-3F / 1.002F);
  EXPECT_EQ(ModelSampling::named("flow").sigma_max(), 1.0);
  EXPECT_EQ(ModelSampling::named("flux").abi()->sigma_count, 10000u);
  EXPECT_EQ(ModelSampling::named("flux").sigma_max(), 1.0);
  EXPECT_FLOAT_EQ(narrow(ModelSampling::named("cosmos_flow").sigma_max()), 80.0F);
}

TEST(ModelSampling, HasARisingTableBetweenItsEnds) {
  for (const std::string& name : ModelSampling::names()) {
    const ModelSampling sampling = ModelSampling::named(name);
    const ks_model_sampling& abi = *sampling.abi();
    EXPECT_EQ(abi.size, sizeof(ks_model_sampling));
    EXPECT_EQ(abi.sigmas[0], abi.sigma_min) << name;
    EXPECT_EQ(abi.sigmas[abi.sigma_count - 1], abi.sigma_max) << name;
    for (std::uint32_t i = 1; i < abi.sigma_count; ++i) {
      ASSERT_GT(abi.sigmas[i], abi.sigmas[i - 1]) << name << ", entry " << i;
    }
  }
}

TEST(ModelSampling, NamesTheNearestOfItsNames) {
  try {
    ModelSampling::named("flxu");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "unknown parameterization 'flxu'; did you mean 'flux'?");
  }
}

TEST(ModelSampling, LivesAsLongAsACopyOfIt) {
  std::optional<ModelSampling> first = ModelSampling::named("eps");
  const ModelSampling copy = *first;
  first.reset();
  EXPECT_EQ(copy.abi()->sigma(copy.abi()->context, 999.0), copy.sigma(999.0));
}

TEST(DiscreteModel, HasItsTableAtWholeTimestepsAndBetweenThemItsGeometricMean) {
  const ModelSampling eps = ModelSampling::named("eps");
  const double* table = eps.abi()->sigmas;
  // exp(ln sigma) in float32: rounding ln sigma, up to 3.5, is worth 2 units in the last place of
  // sigma.
  for (const int t : {0, 1, 500, 998, 999}) EXPECT_NEAR(eps.sigma(t), table[t], 2.5e-7 * table[t]);
  EXPECT_NEAR(eps.sigma(500.5), std::sqrt(table[500] * table[501]), 2.5e-7 * table[500]);
}

TEST(DiscreteModel, ClampsTimestepsAndFindsTheNearest) {
  const ModelSampling eps = ModelSampling::named("eps");
  EXPECT_EQ(eps.sigma(-5.0), eps.sigma(0.0));
  EXPECT_EQ(eps.sigma(5000.0), eps.sigma(999.0));
  for (int t = 0; t < 1000; ++t) ASSERT_EQ(eps.timestep(eps.abi()->sigmas[t]), t);
  EXPECT_EQ(eps.timestep(1000.0), 999.0);
  EXPECT_EQ(eps.timestep(1e-9), 0.0);
}

// A plugin may ask for anything.
TEST(Models, HaveNoSigmaAtATimestepThatIsNoNumber) {
  for (const char* name : {"eps", "v", "edm", "flow"}) {
    EXPECT_TRUE(std::isnan(ModelSampling::named(name).sigma(std::nan("")))) << name;
  }
}

TEST(Models, GiveTheTimestepBackThatASigmaIsOf) {
  // A timestep in float32, to sigma and back, is good to a few of its roundings.
  for (const char* name : {"flow", "flux", "edm", "cosmos_flow"}) {
    const ModelSampling sampling = ModelSampling::named(name);
    const double scale = std::string(name) == "flow" ? 1000.0 : 1.0;
    for (const double sigma : {0.01, 0.3, 0.5, 0.9}) {
      const double t = sampling.timestep(sigma);
      if (sampling.is_flow()) {
        // ComfyUI's flow models call the network with sigma itself, not with the time before the shift.
        EXPECT_FLOAT_EQ(narrow(t), narrow(sigma * scale)) << name;
      } else {
        EXPECT_NEAR(sampling.sigma(t), sigma, 2e-6 * sigma) << name;
      }
    }
  }
}

TEST(EdmModel, HasAQuarterOfTheLogarithmAsTimestep) {
  const ModelSampling edm = ModelSampling::named("edm");
  EXPECT_FLOAT_EQ(narrow(edm.timestep(2.0)), narrow(0.25 * std::log(2.0)));
}

TEST(ContinuousV, HasTheAngleBetweenPictureAndNoiseAsTimestep) {
  const ModelSampling v = ModelSampling::continuous_v();
  EXPECT_FLOAT_EQ(narrow(v.timestep(1.0)), 0.5F);  // atan(1) is pi / 4
  EXPECT_FLOAT_EQ(narrow(v.sigma(0.5)), 1.0F);
  EXPECT_FLOAT_EQ(narrow(v.sigma_min()), 0.03F);
  EXPECT_FLOAT_EQ(narrow(v.sigma_max()), 500.0F);
  // The logarithm goes evenly: at half of the run, the geometric mean of the ends.
  EXPECT_NEAR(v.percent_to_sigma(0.5), std::sqrt(0.03 * 500.0), 1e-5);
}

TEST(FlowModels, ShiftTimeTowardsNoise) {
  // shift * t / (1 + (shift - 1) * t) at t = 1/2, with multiplier 1000.
  EXPECT_EQ(ModelSampling::named("flow").sigma(500.0), 0.75);
  EXPECT_EQ(ModelSampling::flow(1.0).sigma(500.0), 0.5);
  const double e = std::exp(1.15);
  EXPECT_FLOAT_EQ(narrow(ModelSampling::named("flux").sigma(0.5)), narrow(e / (e + 1.0)));
}

TEST(Percent, IsAllNoiseAtTheBeginningAndNoneAtTheEnd) {
  for (const std::string& name : ModelSampling::names()) {
    const ModelSampling sampling = ModelSampling::named(name);
    EXPECT_GE(sampling.percent_to_sigma(0.0), sampling.sigma_max()) << name;
    EXPECT_GE(sampling.percent_to_sigma(-1.0), sampling.sigma_max()) << name;
    EXPECT_EQ(sampling.percent_to_sigma(1.0), 0.0) << name;
    EXPECT_EQ(sampling.percent_to_sigma(2.0), 0.0) << name;
    double before = sampling.percent_to_sigma(0.01);
    for (double percent = 0.02; percent < 1.0; percent += 0.01) {
      const double sigma = sampling.percent_to_sigma(percent);
      ASSERT_LT(sigma, before) << name << " at " << percent;
      before = sigma;
    }
  }
}

TEST(Percent, IsAFloat32OfTheTableForDiscreteModels) {
  // The limit of the parity README that scheduled sigmas land on: at 20 %.
  EXPECT_EQ(ModelSampling::named("eps").percent_to_sigma(0.2), 5.0924081802368164);
}

TEST(Percent, IsAFloat64ForTheOthers) {
  EXPECT_EQ(ModelSampling::named("flow").percent_to_sigma(0.7),
            3.0 * (1.0 - 0.7) / (1.0 + 2.0 * (1.0 - 0.7)));
  const double flux = ModelSampling::named("flux").percent_to_sigma(0.3);
  EXPECT_NE(flux, static_cast<double>(narrow(flux)));
}

TEST(Noising, IsAdditiveOrAMixture) {
  const auto [latent, noise] = ModelSampling::named("v").noising(3.0);
  EXPECT_EQ(latent, 1.0);
  EXPECT_EQ(noise, 3.0);
  const auto [flow_latent, flow_noise] = ModelSampling::named("flux").noising(0.75);
  EXPECT_EQ(flow_latent, 0.25);
  EXPECT_EQ(flow_noise, 0.75);
}

TEST(NoiseScaling, OfAdditiveModelsIsWiderAtTheMaximum) {
  const ModelSampling eps = ModelSampling::named("eps");
  EXPECT_EQ(eps.noise_scaling(2.0, false).noise, 2.0);
  EXPECT_EQ(eps.noise_scaling(2.0, true).noise, static_cast<double>(std::sqrt(5.0F)));
  EXPECT_EQ(eps.noise_scaling(2.0, true).latent, 1.0);
  EXPECT_EQ(eps.inverse_noise_scaling(2.0), 1.0);
  EXPECT_EQ(ModelSampling::named("cosmos_flow").noise_scaling(2.0, true).noise, 2.0);
}

TEST(NoiseScaling, OfFlowModelsIsUndoneByItsInverse) {
  const ModelSampling flow = ModelSampling::named("flow");
  EXPECT_EQ(flow.noise_scaling(0.75, true).noise, 0.75);
  EXPECT_EQ(flow.noise_scaling(0.75, true).latent, 0.25);
  EXPECT_EQ(flow.inverse_noise_scaling(0.75), 4.0);
  EXPECT_EQ(flow.inverse_noise_scaling(0.0), 1.0);
}

// HiDream-O1 was trained with noise of 7.5 or 8 times unit variance.
TEST(NoiseScaling, MultipliesTheNoiseOfAModelThatWasTrainedWithMore) {
  const ModelSampling plain = ModelSampling::named("flow");
  const ModelSampling scaled = plain.with_noise_scale(8.0);
  EXPECT_EQ(plain.noise_scale(), 1.0);
  EXPECT_EQ(scaled.noise_scale(), 8.0);
  EXPECT_EQ(scaled.noise_scaling(0.75, true).noise, 8.0 * 0.75);
  EXPECT_EQ(scaled.noise_scaling(0.75, true).latent, 0.25);
  EXPECT_EQ(scaled.inverse_noise_scaling(0.75), 4.0);
  EXPECT_EQ(scaled.abi()->sigma_count, plain.abi()->sigma_count);
  EXPECT_EQ(scaled.sigma(300), plain.sigma(300));
  EXPECT_EQ(ModelSampling::named("eps").with_noise_scale(2.0).noise_scaling(3.0, false).noise, 6.0);
}

TEST(NoiseScaling, OutlivesTheModelThatItWasMadeOf) {
  ModelSampling scaled = ModelSampling::named("eps");
  scaled = scaled.with_noise_scale(2.0);
  EXPECT_EQ(scaled.abi()->sigmas[999], scaled.sigma_max());
  EXPECT_EQ(scaled.abi()->sigma(scaled.abi()->context, 999), ModelSampling::named("eps").sigma(999));
}

// The limit of small shifts: all of the noise goes in the first step.
TEST(Flow, OfShift0HasNoLevelsBetween) {
  const ModelSampling flow = ModelSampling::flow(0.0);
  EXPECT_EQ(flow.sigma_max(), 1.0);
  EXPECT_EQ(flow.sigma_min(), 0.0);
  EXPECT_EQ(flow.sigma(999.0), 0.0);
  EXPECT_EQ(flow.percent_to_sigma(0.0), 1.0);
  EXPECT_EQ(flow.percent_to_sigma(0.2), 0.0);
}

TEST(NoiseScaling, HasNoInverseWhereAFlowModelIsAllNoise) {
  EXPECT_THROW(ModelSampling::named("flow").inverse_noise_scaling(1.0), Error);
}

}  // namespace
}  // namespace ksampler
