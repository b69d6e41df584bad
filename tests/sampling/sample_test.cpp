// What a run asks of the model, and what it says of schedules that it cannot take.
#include "host/sampling/sample.hpp"

#include "host/base/error.hpp"
#include "host/model/toy/toy_denoiser.hpp"
#include "host/sampling/ksampler.hpp"
#include "tests/sampling/parity_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;

// Takes half of everything to be the picture, and writes down what it is asked.
class Recorder : public Denoiser {
 public:
  explicit Recorder(ModelSampling sampling = ModelSampling::named("eps"))
      : sampling_(std::move(sampling)) {}

  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return at::kCPU; }
  void check_shape(at::IntArrayRef) const override {}
  void denoise(std::span<const DenoiseRequest> requests, double sigma) const override {
    sigmas.push_back(sigma);
    for (const DenoiseRequest& request : requests) {
      conditionings.push_back(*request.conditioning);
      *request.denoised = at::mul(*request.x, 0.5);
    }
  }

  mutable std::vector<double> sigmas;
  mutable std::vector<Conditioning> conditionings;

 private:
  ModelSampling sampling_;
  LatentFormat latents_;
};

SampleSettings settings(const std::shared_ptr<const Denoiser>& model, std::vector<double> sigmas) {
  SampleSettings made;
  made.model = model;
  made.guidance = basic_guidance({Conditioning{}});
  made.latent.samples = at::zeros({1, 4, 8, 16});
  made.noise.seed = 3;
  made.sigmas = std::move(sigmas);
  return made;
}

Sampled run(const std::string& sampler, SampleSettings made) {
  made.inside = make_inside_sampler(parity::registry(), {sampler, {}});
  const auto instance = parity::registry().make_sampler(sampler, {});
  return sample(made, *parity::registry().sampler(sampler).sampler, instance.get());
}

class AnySampler : public testing::TestWithParam<std::string> {};

TEST_P(AnySampler, SaysThatItCannotGoUpFromZero) {
  const auto model = std::make_shared<Recorder>();
  const std::string begin = "sampler '" + GetParam() + "' cannot go up from sigma 0, and sigma ";
  const auto text = [&](std::vector<double> sigmas) {
    return error_text([&] { run(GetParam(), settings(model, std::move(sigmas))); });
  };
  EXPECT_EQ(text({0, 1, 5, 14}),
            begin +
                "0 is 0 with 1.000000 after it: expected a noise level above 0, such as the 0.0001 "
                "that FlipSigmas begins with");
  EXPECT_TRUE(text({14, 2, 0, 5, 0}).starts_with(begin + "2 is 0 with 5"));
  EXPECT_TRUE(model->sigmas.empty());  // found before the model is asked
}

// By its name, which the error begins with.
TEST_P(AnySampler, GoesUpOrSaysByItsNameThatItCannot) {
  const auto model = std::make_shared<Recorder>();
  try {
    const at::Tensor samples = run(GetParam(), settings(model, {0.1, 1, 5, 14})).samples;
    EXPECT_TRUE(at::isfinite(samples).all().item<bool>());
  } catch (const Error& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("sampler '" + GetParam() + "' failed at step 1"))
        << error.what();
    EXPECT_NE(std::string(error.what()).find("falling sigmas"), std::string::npos) << error.what();
  }
}

// A model that says the same of everything: whatever takes the noise out gives just that.
TEST_P(AnySampler, TakesTheNoiseOutInOneStepOrSaysThatItDoesNot) {
  const auto model = exact_denoiser(load_toy_denoiser(TEST_DATA "/parity/model.safetensors", "mixture",
                                                      ModelSampling::named("eps"), at::kCPU));
  SampleSettings made = settings(model, {14.5, 0.0});
  made.latent.samples = at::zeros({1, 4, 16, 16});
  made.keep_denoised = true;
  const Sampled sampled = run(GetParam(), made);
  const bool done = at::allclose(sampled.samples, sampled.denoised, 0, 1e-4);  // float32, of 14
  EXPECT_NE(done, sampled.nothing_done);
  EXPECT_FALSE(run(GetParam(),
                   [&] {
                     made.sigmas = {14.5, 5.0, 1.0, 0.1, 0.0};
                     return made;
                   }())
                   .nothing_done);
}

INSTANTIATE_TEST_SUITE_P(Shipped, AnySampler, testing::ValuesIn(parity::all_samplers()),
                         [](const auto& instance) { return instance.param; });

TEST(Sample, MultipliesAllNoiseByTheModelsScale) {
  const auto noises = [](double scale) {
    const auto model = std::make_shared<Recorder>(ModelSampling::flow().with_noise_scale(scale));
    SampleSettings made = settings(model, {0.8, 0.4});
    std::vector<at::Tensor> seen;
    made.step = [&](const StepReport& report) { seen.push_back(report.x.clone()); };
    const at::Tensor result = run("lcm", made).samples;
    // 0.6 is the picture's share at 0.4, which the run's end undoes; D is half of the first x.
    seen.push_back(result * 0.6 - 0.6 * 0.5 * seen.at(0));
    return seen;
  };
  const auto plain = noises(1.0), scaled = noises(8.0);
  EXPECT_TRUE(at::allclose(scaled[0], 8.0 * plain[0]));              // at the start
  EXPECT_TRUE(at::allclose(scaled[1], 8.0 * plain[1], 1e-4, 1e-4));  // on the way: a difference
}

TEST(Sample, MultipliesTheNoiseOfAKeptRegionToo) {
  const NoiseScaling plain = ModelSampling::flow().noise_scaling(0.7, false);
  const NoiseScaling scaled = ModelSampling::flow().with_noise_scale(7.5).noise_scaling(0.7, false);
  EXPECT_EQ(scaled.noise, 7.5 * plain.noise);
  EXPECT_EQ(scaled.latent, plain.latent);
}

// The middle of the first step lies half way between the noise levels 499 and 500 in float32: ComfyUI
// takes the lower one.
TEST(Dpm2Ancestral, AsksForTheTimestepOfAMiddleInFloat32) {
  const auto model = std::make_shared<Recorder>();
  KSamplerSettings made;
  made.model = model;
  made.positive = made.negative = {Conditioning{}};
  made.latent.samples = at::zeros({1, 4, 8, 8});
  made.cfg = 1.0;
  made.steps = 2;
  made.sampler.name = "dpm_2_ancestral";
  made.scheduler.name = "normal";
  ksample(made, parity::registry());
  ASSERT_GE(model->sigmas.size(), 2u);
  EXPECT_EQ(model->sampling().timestep(model->sigmas[1]), 499);
}

TEST(Predictor, TellsOfTheWholePictureWhereATextHoldsInAPart) {
  const auto model = std::make_shared<Recorder>();
  SampleSettings made = settings(model, {14.5, 0.0});
  Conditioning in_area{.area = Area{4, 4, 0, 0}};
  Conditioning in_mask;
  in_mask.mask = at::ones({1, 2, 2});
  in_mask.area_of_mask = true;
  Conditioning told{.size = SizeConditioning{.width = 24, .height = 40}, .area = Area{4, 4, 0, 0}};
  made.guidance = cfg_guidance({in_area, in_mask}, {told, Conditioning{}}, 5.0);
  run("euler", made);
  const SizeConditioning whole{.width = 128, .height = 64, .target_width = 128, .target_height = 64};
  std::size_t own = 0;
  for (const Conditioning& seen : model->conditionings) {
    if (seen.size == told.size) {
      ++own;
    } else {
      EXPECT_EQ(seen.size, whole);
    }
  }
  EXPECT_GE(own, 1u);
}

TEST(Predictor, TakesAShareOfTheLatentForAnArea) {
  const auto model = std::make_shared<Recorder>();
  SampleSettings made = settings(model, {14.5, 0.0});
  Conditioning half;
  half.area_share = AreaShare{.height = 0.5, .width = 1.0};
  made.guidance = cfg_guidance({half}, {Conditioning{}}, 5.0);
  run("euler", made);
  ASSERT_FALSE(model->conditionings.empty());
  EXPECT_EQ(model->conditionings[0].area, (Area{4, 16, 0, 0}));  // of 8 by 16 cells
}

// ComfyUI: the refiner's aesthetic score is that of a bad picture for the second of two as well.
TEST(Predictor, TellsOfTheSecondOfTwoAsOfANegative) {
  for (const bool nested : {false, true}) {
    const auto model = std::make_shared<Recorder>();
    SampleSettings made = settings(model, {14.5, 0.0});
    const auto label = [](std::int64_t value) {
      return ConditioningList{Conditioning{.label = value}};
    };
    made.guidance = dual_guidance(label(0), label(1), label(2), 5.0, 3.0, nested);
    run("euler", made);
    ASSERT_EQ(model->conditionings.size(), 3u);
    for (const Conditioning& seen : model->conditionings) EXPECT_EQ(seen.negative, seen.label > 0);
  }
}

}  // namespace
}  // namespace ksampler
