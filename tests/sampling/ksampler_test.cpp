// What KSampler means by its inputs, beyond the numbers that the parity cases fix.
#include "host/sampling/ksampler.hpp"

#include "host/model/toy/toy_denoiser.hpp"
#include "tests/sampling/parity_case.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace ksampler {
namespace {

KSamplerSettings settings(const std::string& sampler, std::int64_t batch = 1) {
  KSamplerSettings made;
  made.model = exact_denoiser(load_toy_denoiser(TEST_DATA "/parity/model.safetensors", "mixture",
                                                ModelSampling::named("eps"), at::kCPU));
  made.positive = {Conditioning{.label = 1}};
  made.negative = {Conditioning{.label = 2}};
  made.latent.samples = at::zeros({batch, 4, 16, 16});
  made.seed = 42;
  made.steps = 8;
  made.cfg = 5.0;
  made.sampler.name = sampler;
  made.scheduler.name = "karras";
  return made;
}

at::Tensor run(const KSamplerSettings& made) { return ksample(made, parity::registry()).samples; }

class EverySampler : public testing::TestWithParam<std::string> {};

TEST_P(EverySampler, GivesTheSameBitsForTheSameSeed) {
  EXPECT_TRUE(at::equal(run(settings(GetParam())), run(settings(GetParam()))));
}

TEST_P(EverySampler, GivesTheSameBitsWhenTwoRunsShareAPluginOnTwoThreads) {
  const at::Tensor alone = run(settings(GetParam()));
  at::Tensor first, second;
  std::thread other([&] { second = run(settings(GetParam())); });
  first = run(settings(GetParam()));
  other.join();
  EXPECT_TRUE(at::equal(first, alone));
  EXPECT_TRUE(at::equal(second, alone));
}

TEST_P(EverySampler, AllocatesNoTensorAfterItsFirstStep) {
  EXPECT_EQ(ksample(settings(GetParam()), parity::registry()).counts.allocations_after_first_step, 0u);
}

TEST_P(EverySampler, WaitsForTheDeviceInNoStepUnlessItAdaptsItsSteps) {
  const bool adaptive = parity::registry().sampler(GetParam()).sampler->adaptive;
  EXPECT_EQ(ksample(settings(GetParam()), parity::registry()).counts.waits > 0, adaptive);
}

TEST_P(EverySampler, CallsTheModelAsOftenAsItsTraitsSay) {
  const SamplerDescription& traits = *parity::registry().sampler(GetParam()).sampler;
  if (traits.adaptive) GTEST_SKIP() << "chooses its own steps";
  if (traits.model_calls_for(8) == 0) GTEST_SKIP() << "its first steps are of another method";
  const Sampled sampled = ksample(settings(GetParam()), parity::registry());
  const std::uint32_t steps = 8;
  EXPECT_EQ(sampled.model_calls, traits.model_calls_for(steps));
}

TEST_P(EverySampler, StopsAtTheNextStepWithoutAnotherModelCall) {
  std::atomic<bool> stop = false;
  std::uint32_t steps_after_stop = 0;
  KSamplerSettings made = settings(GetParam());
  made.stop = &stop;
  made.step = [&](const StepReport& report) {
    if (stop) ++steps_after_stop;
    if (report.index >= 1) stop = true;
  };
  EXPECT_THROW(run(made), Stopped);
  EXPECT_EQ(steps_after_stop, 0u);
}

TEST_P(EverySampler, IsFiniteOrSaysWhyOnDegenerateSchedules) {
  for (const std::vector<double>& sigmas : {std::vector<double>{14.5, 0.0},
                                            {14.5, 2.0, 0.0},
                                            {14.5, 5.0, 5.0, 1.0, 0.0},
                                            {14.5, 5.0, 1.0, 0.5},
                                            {14.5, 14.5, 0.0, 0.0},
                                            {3.0, 0.25}}) {
    SampleSettings made;
    const KSamplerSettings base = settings(GetParam());
    made.model = base.model;
    made.guidance = cfg_guidance(base.positive, base.negative, base.cfg);
    made.latent = base.latent;
    made.sigmas = sigmas;
    const auto sampler = parity::registry().make_sampler(GetParam(), {});
    const SamplerDescription& traits = *parity::registry().sampler(GetParam()).sampler;
    try {
      const at::Tensor samples = sample(made, traits, sampler.get()).samples;
      EXPECT_TRUE(at::isfinite(samples).all().item<bool>()) << testing::PrintToString(sigmas);
    } catch (const Error& error) {
      // "sampler 'x' failed at step 1 of 3: <a sentence>"
      EXPECT_GT(std::string(error.what()).size(), 40u) << error.what();
    }
  }
}

TEST_P(EverySampler, EndsItsProgressAtTheLastStepHoweverManyHaveNoLength) {
  if (parity::registry().sampler(GetParam()).sampler->adaptive) GTEST_SKIP() << "has steps of its own";
  for (const std::vector<double>& sigmas : {std::vector<double>{14.5, 5.0, 1.0, 1.0, 1.0},
                                            {14.5, 5.0, 1.0, 0.0, 0.0},
                                            {14.5, 14.5, 5.0, 5.0, 1.0, 1.0}}) {
    SampleSettings made;
    const KSamplerSettings base = settings(GetParam());
    made.model = base.model;
    made.guidance = cfg_guidance(base.positive, base.negative, base.cfg);
    made.latent = base.latent;
    made.sigmas = sigmas;
    std::uint32_t done = 0;
    made.step = [&](const StepReport& report) { done = report.index + 1; };
    const auto sampler = parity::registry().make_sampler(GetParam(), {});
    const SamplerDescription& traits = *parity::registry().sampler(GetParam()).sampler;
    try {
      sample(made, traits, sampler.get());
      EXPECT_EQ(done, sigmas.size() - 1) << testing::PrintToString(sigmas);
    } catch (const Error&) {  // which is IsFiniteOrSaysWhyOnDegenerateSchedules's matter
    }
  }
}

TEST_P(EverySampler, MakesEachItemOfABatchAsItWouldBeAlone) {
  if (parity::registry().sampler(GetParam()).sampler->adaptive) {
    GTEST_SKIP() << "chooses one step size for the whole batch";
  }
  KSamplerSettings batch = settings(GetParam(), 3);
  batch.profile = NoiseProfile::batch_invariant;
  const at::Tensor together = run(batch);
  for (std::int64_t item = 0; item < 3; ++item) {
    KSamplerSettings alone = settings(GetParam(), 1);
    alone.profile = NoiseProfile::batch_invariant;
    alone.latent.batch_index = {{item}};
    EXPECT_TRUE(at::equal(run(alone)[0], together[item])) << "item " << item;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, EverySampler, testing::ValuesIn(parity::all_samplers()),
                         [](const auto& instance) { return instance.param; });

TEST(KSampler, SkipsTheNegativeAtCfg1) {
  KSamplerSettings made = settings("euler");
  made.cfg = 1.0;
  const at::Tensor with_one_negative = run(made);
  made.negative = {Conditioning{.label = 0}};
  EXPECT_TRUE(at::equal(run(made), with_one_negative));
}

TEST(KSampler, ReturnsTheLatentAsItCameAtDenoise0) {
  KSamplerSettings made = settings("euler");
  made.latent.samples = at::rand({1, 4, 16, 16});
  made.denoise = 0.0;
  EXPECT_TRUE(at::equal(run(made), made.latent.samples));
}

TEST(KSampler, GivesAResultForTheLargestSeed) {
  KSamplerSettings made = settings("euler_ancestral");
  made.seed = 18446744073709551615u;  // seed + 1 overflows in the reference, and raises there
  EXPECT_TRUE(at::isfinite(run(made)).all().item<bool>());
}

TEST(KSampler, SaysWhichSizeTheModelWants) {
  KSamplerSettings made = settings("euler");
  made.latent.samples = at::zeros({1, 4, 8, 8});
  try {
    run(made);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "this model denoises latents of 4 channels, 16 by 16 cells (128 by 128 pixels), and "
                 "no others");
  }
}

TEST(KSampler, GivesAnEmptyLatentTheChannelsOfTheModel) {
  KSamplerSettings made = settings("euler");
  made.latent.samples = at::zeros({1, 16, 16, 16});
  EXPECT_EQ(run(made).size(1), 4);
}

TEST(KSampler, SaysWhenTheBatchIndexDoesNotFitTheBatch) {
  KSamplerSettings made = settings("euler", 2);
  made.latent.batch_index = {{0, 1, 2}};
  try {
    run(made);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "the latent has 2 items, but its batch_index has 3");
  }
}

TEST(KSampler, NamesTheLabelsThatAModelHas) {
  KSamplerSettings made = settings("euler");
  made.positive[0].label = 7;
  try {
    run(made);
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("label 7 is not in"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("expected 0 to 2"), std::string::npos) << error.what();
  }
}

TEST(SigmasBetween, CutsAtTheEndAndSetsTheLastToZeroWhereAsked) {
  EXPECT_EQ(sigmas_between({4, 3, 2, 1, 0}, 0, 2, true), (std::vector<double>{4, 3, 0}));
  EXPECT_EQ(sigmas_between({4, 3, 2, 1, 0}, 1, 3, false), (std::vector<double>{3, 2, 1}));
}

TEST(SigmasBetween, LeavesNothingToDoFromTheLastStepOn) {
  EXPECT_TRUE(sigmas_between({4, 3, 0}, 2, std::nullopt, false).empty());
  EXPECT_TRUE(sigmas_between({4, 3, 0}, 0, 0, false).size() < 2);
}

}  // namespace
}  // namespace ksampler
