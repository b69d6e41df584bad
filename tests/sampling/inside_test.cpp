// A sampler inside of another, and steps at another height and width: what restart and
// spectral_progressive make of a latent on LibTorch.
#include "host/session/inside_sampler.hpp"

#include "host/base/error.hpp"
#include "host/sampling/sample.hpp"
#include "host/tensor/filter.hpp"
#include "tests/sampling/parity_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

namespace ksampler {
namespace {

using test::error_text;

constexpr std::int64_t kSide = 32;

// Data whose cosine transform is Gaussian, of variance 16 / (1 + k^2 + l^2) in bin (k, l), and the same
// pictures at fewer cells.
class Smooth : public Denoiser {
 public:
  explicit Smooth(const char* kind = "eps") : sampling_(ModelSampling::named(kind)) {}

  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return at::kCPU; }
  void check_shape(at::IntArrayRef shape) const override {
    if (shape[2] % 8 != 0) throw Error("heights of this model are multiples of 8");
  }
  void denoise(std::span<const DenoiseRequest> requests, double sigma) const override {
    for (const DenoiseRequest& request : requests) {
      const at::Tensor& x = *request.x;
      sizes.push_back(x.size(2));
      const double of_cells = static_cast<double>(x.size(2) * x.size(3)) / (kSide * kSide);
      const at::Tensor rows = matrices_.dct(x.size(2), at::kCPU);
      const at::Tensor columns = matrices_.dct(x.size(3), at::kCPU);
      const at::Tensor k = at::arange(x.size(2), at::kFloat).square().unsqueeze(1);
      const at::Tensor l = at::arange(x.size(3), at::kFloat).square().unsqueeze(0);
      const at::Tensor power = 16.0 * of_cells / (1.0 + k + l);
      const auto [b, a] = sampling_.noise_scaling(sigma, false);
      const at::Tensor gain = power * a / (power * a * a + b * b);
      request.denoised->copy_(at::matmul(
          at::matmul(rows.t(), gain * at::matmul(at::matmul(rows, x), columns.t())), columns));
    }
  }

  mutable std::vector<std::int64_t> sizes;  // of each request

 private:
  ModelSampling sampling_;
  LatentFormat latents_;
  mutable FilterMatrices matrices_;
};

SampleSettings settings(const std::shared_ptr<const Denoiser>& model, std::vector<double> sigmas) {
  SampleSettings made;
  made.model = model;
  made.guidance = basic_guidance({Conditioning{}});
  made.latent.samples = at::zeros({2, 4, kSide, kSide});
  made.noise.seed = 3;
  made.sigmas = std::move(sigmas);
  return made;
}

Sampled run(const Chosen& chosen, SampleSettings made) {
  const Registry& registry = parity::registry();
  made.inside = make_inside_sampler(registry, chosen);
  const auto instance = registry.make_sampler(chosen.name, chosen.params);
  return sample(made, *registry.sampler(chosen.name).sampler, instance.get());
}

Chosen around(const std::string& outer, std::vector<NamedParam> params, const std::string& inside) {
  return {outer, std::move(params), std::make_shared<const Chosen>(Chosen{inside, {}})};
}

const std::vector<double> kLevels = {14.0, 6.0, 3.0, 1.5, 0.75, 0.25, 0.05, 0.0};

TEST(ASamplerInside, IsTheSamplerItselfToTheBitWhereNothingIsDoneAroundIt) {
  for (const char* inside : {"euler", "heun", "dpmpp_2m", "uni_pc"}) {
    const auto model = std::make_shared<Smooth>();
    const Sampled alone = run({inside, {}}, settings(model, kLevels));
    const Sampled never = run(around("restart", {{"repeats", 0.0}}, inside), settings(model, kLevels));
    EXPECT_TRUE(at::equal(alone.samples, never.samples)) << inside;
    EXPECT_EQ(alone.model_calls, never.model_calls);
    const Sampled whole =
        run(around("spectral_progressive", {{"share", 0.0}}, inside), settings(model, kLevels));
    EXPECT_TRUE(at::equal(alone.samples, whole.samples)) << inside;
  }
}

TEST(ASamplerInside, IsWhatThePluginNamesWhereNobodyNamesAnother) {
  const auto model = std::make_shared<Smooth>();
  EXPECT_TRUE(at::equal(run({"restart", {{"repeats", 0.0}}}, settings(model, kLevels)).samples,
                        run({"heun", {}}, settings(model, kLevels)).samples));
}

TEST(ASamplerInside, IsReportedAsTheStepsThatItStandsFor) {
  SampleSettings made = settings(std::make_shared<Smooth>(), kLevels);
  std::vector<std::uint32_t> steps;
  made.step = [&](const StepReport& report) {
    EXPECT_EQ(report.steps, 7u);
    steps.push_back(report.index);
  };
  const Sampled sampled =
      run(around("restart", {{"repeats", 2.0}, {"steps", 3.0}, {"sigma_min", 0.3}, {"sigma_max", 2.0}},
                 "euler"),
          made);
  EXPECT_EQ(steps, (std::vector<std::uint32_t>{0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 5, 6}));
  EXPECT_EQ(sampled.model_calls, 13u);
}

TEST(ASamplerInside, DrawsNoiseOfItsOwnThatComesFromTheSeed) {
  const auto model = std::make_shared<Smooth>();
  const Chosen chosen = around("restart", {{"repeats", 0.0}}, "euler_ancestral");
  SampleSettings made = settings(model, kLevels);
  const at::Tensor first = run(chosen, made).samples;
  EXPECT_TRUE(at::equal(first, run(chosen, made).samples));
  EXPECT_FALSE(at::equal(first, run({"euler_ancestral", {}}, made).samples));
  made.noise.seed = 4;
  EXPECT_FALSE(at::equal(first, run(chosen, made).samples));
}

TEST(ASamplerInside, OfAnyKindOfNoiseGivesNumbers) {
  for (const char* inside : {"ddim", "dpmpp_2m_sde", "dpmpp_3m_sde", "dpm_adaptive", "euler_cfg_pp",
                             "sa_solver", "er_sde", "lcm"}) {
    for (const char* outer : {"restart", "spectral_progressive"}) {
      const Sampled sampled =
          run(around(outer, {}, inside), settings(std::make_shared<Smooth>(), kLevels));
      EXPECT_TRUE(at::isfinite(sampled.samples).all().item<bool>()) << outer << " " << inside;
      EXPECT_FALSE(sampled.nothing_done) << outer << " " << inside;
    }
  }
}

// The first half of the steps at 16 x 16 cells.
TEST(SpectralProgressive, TakesFewerCellsAtFirst) {
  const auto model = std::make_shared<Smooth>();
  run(around("spectral_progressive", {}, "euler"), settings(model, kLevels));
  EXPECT_EQ(model->sizes, (std::vector<std::int64_t>{16, 16, 16, 16, 32, 32, 32}));
}

class SpectralProgressiveWith : public testing::TestWithParam<const char*> {};

// A step at fewer cells is a step of the low frequencies, and not an approximation of one.
TEST_P(SpectralProgressiveWith, HasTheLowFrequenciesOfTheWholeRun) {
  const auto model = std::make_shared<Smooth>(GetParam());
  const bool flow = model->sampling().is_flow();
  const std::vector<double> levels =
      flow ? std::vector<double>{1.0, 0.9, 0.75, 0.5, 0.25, 0.0} : kLevels;
  // Heun's method in sigma is not the same in the sigma of another size, in a flow; DDIM is, in any.
  const at::Tensor whole = run({"ddim", {}}, settings(model, levels)).samples;
  const at::Tensor progressive =
      run(around("spectral_progressive", {}, "ddim"), settings(model, levels)).samples;
  FilterMatrices matrices;
  const at::Tensor dct = matrices.dct(kSide, at::kCPU);
  const auto bins = [&](const at::Tensor& x) { return at::matmul(at::matmul(dct, x), dct.t()); };
  const at::Tensor difference = bins(whole) - bins(progressive);
  const auto low = [](const at::Tensor& x) { return x.narrow(2, 0, 16).narrow(3, 0, 16); };
  // Sums of 32 products of size 10 in float32, in some ten places.
  EXPECT_LT(low(difference).abs().max().item<float>(), 3e-4);
  // Above them noise is drawn afresh: other values, and about as large.
  const double above = bins(progressive).square().sum().item<double>() -
                       low(bins(progressive)).square().sum().item<double>();
  const double expected =
      bins(whole).square().sum().item<double>() - low(bins(whole)).square().sum().item<double>();
  EXPECT_GT(difference.abs().max().item<float>(), 0.05);
  EXPECT_NEAR(above / expected, 1.0, 0.2);  // two draws of 6,000 numbers, through few steps
}

INSTANTIATE_TEST_SUITE_P(Noisings, SpectralProgressiveWith, testing::Values("eps", "flow"),
                         [](const auto& named) { return std::string(named.param); });

TEST(SpectralProgressive, WaitsForNothingAndStopsWhereItIsTold) {
  SampleSettings made = settings(std::make_shared<Smooth>(), kLevels);
  const Chosen chosen = around("spectral_progressive", {}, "dpmpp_2m");
  EXPECT_EQ(run(chosen, made).counts.waits, 0u);
  std::atomic<bool> stop{false};
  made.stop = &stop;
  std::uint32_t last = 0;
  made.step = [&](const StepReport& report) { stop = (last = report.index) == 1; };
  EXPECT_THROW(run(chosen, made), Stopped);
  EXPECT_EQ(last, 1u);
}

TEST(SpectralProgressive, KeepsTheRegionOfAnInpaint) {
  SampleSettings made = settings(std::make_shared<Smooth>(), kLevels);
  made.latent.samples = at::linspace(-1, 1, kSide).expand({2, 4, kSide, kSide}).contiguous();
  made.latent.noise_mask = at::zeros({1, kSide, kSide});
  made.latent.noise_mask.narrow(2, 0, 16).fill_(1.0);
  const at::Tensor samples = run(around("spectral_progressive", {}, "euler"), made).samples;
  const at::Tensor kept = samples.narrow(3, 16, 16);
  // The last step goes to the prediction, which is the latent there.
  EXPECT_TRUE(at::allclose(kept, made.latent.samples.narrow(3, 16, 16), 0, 1e-6));
  EXPECT_GT((samples - made.latent.samples).narrow(3, 0, 16).abs().max().item<float>(), 0.1);
}

TEST(SpectralProgressive, GivesAnItemOfABatchWhatItIsAlone) {
  SampleSettings made = settings(std::make_shared<Smooth>(), kLevels);
  made.noise.profile = NoiseProfile::batch_invariant;
  const Chosen chosen = around("spectral_progressive", {}, "euler_ancestral");
  const at::Tensor both = run(chosen, made).samples;
  made.latent.samples = at::zeros({1, 4, kSide, kSide});
  made.noise.batch_index = std::vector<std::int64_t>{1};
  // Products of another shape may round otherwise.
  EXPECT_TRUE(at::allclose(both[1], run(chosen, made).samples[0], 0, 1e-5));
}

TEST(SpectralProgressive, SaysWhatTheModelSaysOfASize) {
  const Chosen chosen = around("spectral_progressive", {{"scale", 0.4}}, "euler");
  SampleSettings made = settings(std::make_shared<Smooth>(), kLevels);
  EXPECT_EQ(error_text([&] { run(chosen, made); }), "heights of this model are multiples of 8");
}

TEST(ASamplerInside, GivesTheSameBitsIsolated) {
  const Registry isolated({BINARY_DIR "/plugins"}, {},
                          {.wanted = [](const Manifest&) { return true; },
                           .settings = {.program = BINARY_DIR "/bin/ksampler-isolate"}});
  for (const char* outer : {"restart", "spectral_progressive"}) {
    const Chosen chosen = around(outer, {}, "dpmpp_2m_sde");
    SampleSettings made = settings(std::make_shared<Smooth>(), kLevels);
    made.inside = make_inside_sampler(isolated, chosen);
    const auto instance = isolated.make_sampler(outer, {});
    const Sampled apart = sample(made, *isolated.sampler(outer).sampler, instance.get());
    EXPECT_TRUE(at::equal(apart.samples, run(chosen, made).samples)) << outer;
  }
}

TEST(MakingASamplerInside, RefusesOneThatHasNoPlace) {
  const auto text = [](const Chosen& chosen) {
    return error_text([&] { make_inside_sampler(parity::registry(), chosen); });
  };
  EXPECT_EQ(
      text(around("euler", {}, "heun")),
      "sampler 'euler' runs no other sampler inside, and 'heun' was given; those that do: restart "
      "and spectral_progressive");
  EXPECT_EQ(text(around("restart", {}, "spectral_progressive")),
            "sampler 'spectral_progressive' cannot run inside of 'restart', as it runs another sampler "
            "itself: choose one that runs none");
  EXPECT_TRUE(text(around("restart", {}, "hein")).starts_with("unknown sampler 'hein'"));
  const Registry without({BINARY_DIR "/plugins/strategies"}, {}, {});
  EXPECT_TRUE(
      error_text([&] {
        make_inside_sampler(without, {"restart", {}});
      })
          .starts_with("sampler 'restart' names the one that runs inside of it, and that is not "
                       "here: unknown sampler 'heun'"));
}

}  // namespace
}  // namespace ksampler
