// Each noise source that ships beside its formula, written out here on float64 tensors; and what a
// chain of them does to a run, in this process and isolated.
#include "host/sampling/noise_chain.hpp"

#include "host/base/error.hpp"
#include "host/model/toy/toy_denoiser.hpp"
#include "host/sampling/ksampler.hpp"
#include "tests/sampling/parity_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using test::error_text;

const std::vector<double> kLevels = {14.5, 5.0, 1.7, 0.4, 0.0};
constexpr std::array<std::int64_t, 4> kShape = {2, 4, 6, 5};

Registry& isolated_noises() {
  static Registry registry({BINARY_DIR "/plugins"}, {},
                           {.wanted = [](const Manifest&) { return true; },
                            .settings = {.program = BINARY_DIR "/bin/ksampler-isolate"}});
  return registry;
}

AbiRunSettings run_of_noise(const ModelSampling& sampling) {
  AbiRunSettings run;
  run.sigmas = kLevels;
  run.model = sampling.abi();
  return run;
}

const ModelSampling& sampling_of_noise() {
  static const ModelSampling sampling = ModelSampling::named("eps");
  return sampling;
}

ModelNoise noise(const std::string& name,
                 const std::vector<std::pair<std::string, double>>& params = {}) {
  ModelNoise made{name, {}};
  for (const auto& [id, value] : params) made.params.emplace_back(id, value);
  return made;
}

// By item, so that one of a batch can be drawn alone.
const NoiseSettings kByItem = {.seed = 7, .profile = NoiseProfile::batch_invariant};

at::Tensor white(const NoiseSettings& settings = kByItem) {
  return initial_noise(kShape, settings).noise;
}

// What a chain makes of `draws` times the same white noise: of the last of them.
at::Tensor shaped_by(const Registry& registry, const std::vector<ModelNoise>& noises, at::Tensor given,
                     const NoiseSettings& settings = kByItem, int draws = 1) {
  NoiseChain chain(make_noises(registry, noises), settings, run_of_noise(sampling_of_noise()), given);
  at::Tensor out;
  for (int draw = 0; draw < draws; ++draw) {
    out = given.clone();
    chain.shape_start(out, kLevels.front());
  }
  EXPECT_EQ(chain.waits(), 0u);
  return out;
}

// The draws that source `which` of a chain has besides, in float64.
std::vector<at::Tensor> further(int count, std::size_t which = 0) {
  const at::Tensor like = at::empty(kShape);
  const auto source = further_noise(noise_size(like.sizes()), kByItem, which);
  std::vector<at::Tensor> all;
  for (int i = 0; i < count; ++i) {
    at::Tensor draw = at::empty_like(like);
    ksampler::draw(*source, draw, 0, 0);
    all.push_back(draw.to(at::kDouble));
  }
  return all;
}

// Perlin's noise on a lattice of that many points, of mean variance 1, by its definition.
at::Tensor gradient_noise(std::int64_t rows, std::int64_t columns) {
  const std::vector<at::Tensor> draws = further(2);
  const double cells = 30.0 / static_cast<double>(rows * columns);
  std::vector<at::Tensor> gradients;
  for (const at::Tensor& draw : draws) {
    gradients.push_back(at::adaptive_avg_pool2d(draw, {rows, columns}) * std::sqrt(cells));
  }
  const auto place = [](std::int64_t cell, double side, std::int64_t points) {
    const double at = (static_cast<double>(cell) + 0.5) * static_cast<double>(points) / side - 0.5;
    return std::clamp(at, 0.0, static_cast<double>(points - 1));
  };
  const auto smooth = [](double t) { return 3 * t * t - 2 * t * t * t; };
  at::Tensor noise = at::zeros(kShape, at::kDouble);
  double power = 0;
  for (std::int64_t r = 0; r < 6; ++r) {
    for (std::int64_t c = 0; c < 5; ++c) {
      const double v = place(r, 6, rows);
      const double u = place(c, 5, columns);
      for (std::int64_t i = 0; i < rows; ++i) {
        for (std::int64_t j = 0; j < columns; ++j) {
          const double dy = v - static_cast<double>(i);
          const double dx = u - static_cast<double>(j);
          if (std::abs(dy) >= 1 || std::abs(dx) >= 1) continue;
          const double weight = smooth(1 - std::abs(dy)) * smooth(1 - std::abs(dx));
          power += weight * weight * (dx * dx + dy * dy);
          noise.select(3, c).select(2, r) += weight * (dx * gradients[0].select(3, j).select(2, i) +
                                                       dy * gradients[1].select(3, j).select(2, i));
        }
      }
    }
  }
  return noise / std::sqrt(power / 30.0);
}

struct NoiseCase {
  const char* name;
  ModelNoise noise;
  std::function<at::Tensor(const at::Tensor& z)> formula;
};
void PrintTo(const NoiseCase& one, std::ostream* out) { *out << one.name; }

std::vector<NoiseCase> noise_cases() {
  constexpr double root_2 = std::numbers::sqrt2, root_3 = std::numbers::sqrt3;
  return {
      {"gaussian", noise("gaussian"), [](const at::Tensor& z) { return z * 1.0; }},
      {"uniform", noise("uniform"), [](const at::Tensor& z) { return root_3 * (z / root_2).erf(); }},
      {"laplace", noise("laplace"),
       [](const at::Tensor& z) { return -z.sign() * (z.abs() / root_2).erfc().log() / root_2; }},
      {"student_t", noise("student_t", {{"nu", 6}}),
       [](const at::Tensor& z) {
         at::Tensor squares = at::zeros_like(z);
         for (const at::Tensor& w : further(6)) squares += w * w;
         return z * (4.0 / squares).sqrt();
       }},
      {"offset", noise("offset", {{"strength", 0.4}}),
       [](const at::Tensor& z) {
         const at::Tensor o = further(1)[0].mean({2, 3}, true) * std::sqrt(30.0);
         return (z + 0.4 * o) / std::sqrt(1.16);
       }},
      {"fractal", noise("fractal", {{"alpha", 1.5}}),
       [](const at::Tensor& z) {
         // numpy's fftfreq, cycles a cell.
         const at::Tensor down = at::tensor({0, 1, 2, 3, -2, -1}, at::kDouble).reshape({6, 1}) / 6;
         const at::Tensor across = at::tensor({0, 1, 2, -2, -1}, at::kDouble) / 5;
         const at::Tensor f = (down * down + across * across).sqrt().clamp_min(1.0 / 6);
         at::Tensor gains = f.pow(-0.75);
         gains = gains / gains.square().mean().sqrt();
         return at::real(at::fft_ifft2(at::fft_fft2(z) * gains));
       }},
      {"fractal_of_alpha_0_is_white", noise("fractal", {{"alpha", 0}}),
       [](const at::Tensor& z) { return z * 1.0; }},
      {"pyramid", noise("pyramid", {{"discount", 0.7}, {"levels", 8}}),
       [](const at::Tensor& z) {
         const std::vector<at::Tensor> more = further(2);
         const auto at_size = [](const at::Tensor& w, std::int64_t height, std::int64_t width) {
           const at::Tensor small = at::adaptive_avg_pool2d(w, {height, width}) *
                                    std::sqrt(30.0 / static_cast<double>(height * width));
           return at::upsample_bilinear2d(small, {6, 5}, false);
         };
         // 6 x 5 is halved twice.
         const at::Tensor sum = z + 0.7 * at_size(more[0], 3, 2) + 0.49 * at_size(more[1], 1, 1);
         return sum / sum.square().mean({1, 2, 3}, true).sqrt();
       }},
      // Of 6 x 5 cells, 3 rows of points and, as 5 is prime, one column.
      {"perlin", noise("perlin", {{"period", 2}, {"share", 0.6}}),
       [](const at::Tensor& z) { return std::sqrt(0.4) * z + std::sqrt(0.6) * gradient_noise(3, 1); }},
      {"perlin_of_each_cell", noise("perlin", {{"period", 3}, {"share", 1.0}}),
       [](const at::Tensor&) { return gradient_noise(2, 1); }},
      {"correlated", noise("correlated"), [](const at::Tensor& z) { return z * 1.0; }},
      {"standardized", noise("standardized"),
       [](const at::Tensor& z) {
         const at::Tensor centred = z - z.mean({2, 3}, true);
         return centred / centred.square().mean({2, 3}, true).sqrt();
       }},
  };
}

class Noises : public ::testing::TestWithParam<NoiseCase> {};

TEST_P(Noises, AreTheirFormulas) {
  const at::Tensor expected = GetParam().formula(white().to(at::kDouble));
  const at::Tensor got = shaped_by(parity::registry(), {GetParam().noise}, white()).to(at::kDouble);
  // Values of size 5 in float32, two dozen operations deep.
  EXPECT_TRUE(at::allclose(got, expected, 2e-6, 2e-6))
      << "off by " << (got - expected).abs().max().item<double>();
}

TEST_P(Noises, GiveTheSameBitsIsolated) {
  const at::Tensor here = shaped_by(parity::registry(), {GetParam().noise}, white(), kByItem, 2);
  const at::Tensor there = shaped_by(isolated_noises(), {GetParam().noise}, white(), kByItem, 2);
  EXPECT_TRUE(at::equal(here, there));
}

TEST_P(Noises, GiveAnItemTheSameBitsAloneAndInABatch) {
  const at::Tensor together = shaped_by(parity::registry(), {GetParam().noise}, white(), kByItem, 2);
  for (std::int64_t item = 0; item < 2; ++item) {
    NoiseSettings one = kByItem;
    one.batch_index = std::vector{item};
    const at::Tensor given = white().narrow(0, item, 1).contiguous();
    const at::Tensor alone = shaped_by(parity::registry(), {GetParam().noise}, given, one, 2);
    EXPECT_TRUE(at::equal(alone[0], together[item])) << "item " << item;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Noises, ::testing::ValuesIn(noise_cases()),
                         [](const auto& instance) { return instance.param.name; });

// In the far tail, where a formula may fail: P(|Z| > 8) is 1e-15.
TEST(Laplace, IsRightInTheTail) {
  const at::Tensor z =
      at::linspace(-8, 8, 2 * 4 * 6 * 5, at::kFloat).reshape({2, 4, 6, 5}).contiguous();
  const at::Tensor exact = z.to(at::kDouble);
  const at::Tensor expected =
      -exact.sign() * (exact.abs() / std::numbers::sqrt2).erfc().log() / std::numbers::sqrt2;
  const at::Tensor got = shaped_by(parity::registry(), {noise("laplace")}, z).to(at::kDouble);
  EXPECT_TRUE(at::allclose(got, expected, 2e-6, 2e-6))
      << "off by " << (got - expected).abs().max().item<double>();
}

TEST(Correlated, ResemblesTheDrawBefore) {
  const auto made = make_noises(parity::registry(), {noise("correlated", {{"correlation", 0.8}})});
  const auto second_of_a_run = [&] {
    at::Tensor first = white(), second = white({.seed = 8});
    NoiseChain chain(made, kByItem, run_of_noise(sampling_of_noise()), first);
    chain.shape_start(first, 14.5);
    EXPECT_TRUE(at::equal(first, white()));
    chain.shape_start(second, 14.5);
    return second;
  };
  const at::Tensor second = second_of_a_run();
  EXPECT_TRUE(at::allclose(second, 0.8 * white() + 0.6 * white({.seed = 8}), 1e-6, 1e-6));
  EXPECT_TRUE(at::equal(second_of_a_run(), second));  // a run begins anew
}

TEST(FurtherNoise, IsAFreshDrawWithEachCallAndAnotherForEachSource) {
  const std::vector<at::Tensor> first = further(2, 0), second = further(1, 1);
  EXPECT_FALSE(at::equal(first[0], first[1]));
  EXPECT_FALSE(at::equal(first[0], second[0]));
  for (const at::Tensor& draw : {first[0], first[1], second[0]}) {
    EXPECT_FALSE(at::equal(draw.to(at::kFloat), white()));
  }
}

// A run with and without a chain.
KSamplerSettings noisy(const std::string& sampler, std::vector<ModelNoise> noises) {
  KSamplerSettings made;
  made.model = exact_denoiser(load_toy_denoiser(TEST_DATA "/parity/model.safetensors", "mixture",
                                                ModelSampling::named("eps"), at::kCPU));
  made.noises = std::move(noises);
  made.positive = {Conditioning{.label = 1}};
  made.negative = {Conditioning{.label = 2}};
  made.latent.samples = at::zeros({2, 4, 16, 16});
  made.seed = 42;
  made.steps = 6;
  made.cfg = 5.0;
  made.sampler.name = sampler;
  made.scheduler.name = "karras";
  return made;
}
at::Tensor sampled_with(const std::string& sampler, std::vector<ModelNoise> noises = {},
                        const Registry& registry = parity::registry()) {
  return ksample(noisy(sampler, std::move(noises)), registry).samples;
}

ModelNoise used(ModelNoise made, bool at_start, bool at_steps) {
  made.at_start = at_start;
  made.at_steps = at_steps;
  return made;
}

// One sampler for each kind of noise that samplers declare: none, gaussian, brownian, continued.
TEST(ANoiseChain, OfGaussianNoiseChangesNoBit) {
  for (const char* sampler : {"euler", "euler_ancestral", "dpmpp_sde", "lcm", "heun"}) {
    EXPECT_TRUE(
        at::equal(sampled_with(sampler, {noise("gaussian"), noise("gaussian")}), sampled_with(sampler)))
        << sampler;
  }
}

TEST(ANoiseChain, ShapesWhatItIsUsedFor) {
  const ModelNoise uniform = noise("uniform");
  // A sampler that draws nothing.
  EXPECT_TRUE(at::equal(sampled_with("euler", {used(uniform, false, true)}), sampled_with("euler")));
  EXPECT_FALSE(at::equal(sampled_with("euler", {used(uniform, true, false)}), sampled_with("euler")));
  const at::Tensor start = sampled_with("euler_ancestral", {used(uniform, true, false)});
  const at::Tensor steps = sampled_with("euler_ancestral", {used(uniform, false, true)});
  const at::Tensor both = sampled_with("euler_ancestral", {uniform});
  EXPECT_FALSE(at::equal(start, sampled_with("euler_ancestral")));
  EXPECT_FALSE(at::equal(steps, sampled_with("euler_ancestral")));
  EXPECT_FALSE(at::equal(start, both));
  EXPECT_FALSE(at::equal(steps, both));
}

TEST(ANoiseChain, ActsInTheOrderOfThePipeline) {
  const at::Tensor got =
      shaped_by(parity::registry(), {noise("uniform"), noise("standardized")}, white());
  const at::Tensor other =
      shaped_by(parity::registry(), {noise("standardized"), noise("uniform")}, white());
  EXPECT_NEAR(got[0][0].square().mean().item<double>(), 1.0, 1e-5);  // float32, of 30 elements
  EXPECT_FALSE(at::equal(got, other));
}

TEST(ANoiseChain, GivesTheSameBitsTwiceAndIsolated) {
  for (const char* name : {"uniform", "student_t", "correlated"}) {
    const at::Tensor once = sampled_with("dpmpp_sde", {noise(name)});
    EXPECT_TRUE(at::equal(once, sampled_with("dpmpp_sde", {noise(name)}))) << name;
    EXPECT_TRUE(at::equal(once, sampled_with("dpmpp_sde", {noise(name)}, isolated_noises()))) << name;
  }
}

TEST(ANoiseChain, LeavesALatentThatIsNoisyAlready) {
  KSamplerSettings without = noisy("euler", {}), with = noisy("euler", {noise("uniform")});
  without.add_noise = with.add_noise = false;
  EXPECT_TRUE(at::equal(ksample(with, parity::registry()).samples,
                        ksample(without, parity::registry()).samples));
}

TEST(ANoiseChain, AllocatesNoTensorAfterTheFirstStepAndWaitsForNothing) {
  const RunCounts counts =
      ksample(noisy("euler_ancestral", {noise("laplace")}), parity::registry()).counts;
  EXPECT_EQ(counts.allocations_after_first_step, 0u);
  EXPECT_EQ(counts.waits, 0u);
}

TEST(ANoiseChain, SaysWhichNoiseIsMeant) {
  const auto text = [](const std::string& name) {
    return error_text([&] { make_noises(parity::registry(), {noise(name)}); });
  };
  EXPECT_EQ(text("unifrom"), "unknown noise 'unifrom'; did you mean 'uniform'?");
  EXPECT_NE(text("euler").find("unknown noise 'euler': that is a sampler"), std::string::npos);
  EXPECT_NE(text("noises").find("that is a plugin; its noises are correlated,"), std::string::npos)
      << text("noises");
  EXPECT_NE(error_text([] {
              make_noises(parity::registry(), {noise("offset", {{"strength", -1}})});
            }).find("noise 'offset': parameter 'strength' is -1"),
            std::string::npos);
}

// A source written down here, to see what it is given.
struct HandMade : ks_noise {
  std::function<ks_status(const ks_run*, const ks_noise_draw*)> body;
  int begun = 0, ended = 0;

  explicit HandMade(std::function<ks_status(const ks_run*, const ks_noise_draw*)> body_)
      : ks_noise{}, body(std::move(body_)) {
    size = sizeof(ks_noise);
    self = this;
    ks_noise::begin = [](ks_noise* noise, const ks_run*) {
      ++of(noise).begun;
      return ks_status{KS_OK};
    };
    ks_noise::shape = [](ks_noise* noise, const ks_run* run, const ks_noise_draw* draw) {
      return of(noise).body(run, draw);
    };
    ks_noise::end = [](ks_noise* noise, const ks_run*) { ++of(noise).ended; };
    ks_noise::destroy = [](ks_noise*) {};
  }
  static HandMade& of(ks_noise* noise) { return *static_cast<HandMade*>(noise->self); }

  MadeNoise made() {
    MadeNoise noise;
    noise.description.id = "hand_made";
    noise.instance = std::make_shared<NoiseInstance>(nullptr, this);
    return noise;
  }
};

TEST(ANoiseSource, IsToldWhichDrawItIsGiven) {
  std::vector<std::array<double, 3>> seen;
  HandMade source([&](const ks_run* run, const ks_noise_draw* draw) {
    EXPECT_EQ(run->steps, 4u);
    seen.push_back({static_cast<double>(draw->index), draw->sigma, draw->sigma_next});
    return ks_status{KS_OK};
  });
  {
    at::Tensor out = white();
    NoiseChain chain({source.made()}, kByItem, run_of_noise(sampling_of_noise()), out);
    EXPECT_EQ(source.begun, 1);
    chain.shape_start(out, 14.5);
    const auto steps = ksampler::shaped_by(
        [&](const RunTensor&) -> NoisesOfRun& { return chain; },
        make_noise_source(NoiseKind::gaussian, noise_size(out.sizes()), kByItem, kLevels, {}));
    draw(*steps, out, 14.5, 5.0);
    draw(*steps, out, 5.0, 1.7);
    EXPECT_EQ(source.ended, 0);
  }
  EXPECT_EQ(source.ended, 1);
  EXPECT_EQ(seen, (std::vector<std::array<double, 3>>{{0, 0, 14.5}, {1, 14.5, 5}, {2, 5, 1.7}}));
}

TEST(ANoiseSource, MayNotAskForWhatIsASamplers) {
  HandMade source([](const ks_run* run, const ks_noise_draw* draw) {
    ks_tensor* denoised = nullptr;
    EXPECT_EQ(run->tensors->create(run, &denoised), KS_OK);
    EXPECT_EQ(run->denoise_split(run, draw->noise, 1.0, denoised, denoised), KS_UNSUPPORTED);
    const ks_step step{sizeof(ks_step), 0, 1.0, draw->noise, denoised};
    EXPECT_EQ(run->step(run, &step), KS_UNSUPPORTED);
    return run->denoise(run, draw->noise, 1.0, denoised);
  });
  at::Tensor out = white();
  NoiseChain chain({source.made()}, kByItem, run_of_noise(sampling_of_noise()), out);
  EXPECT_EQ(error_text([&] { chain.shape_start(out, 14.5); }),
            "noise 'hand_made' failed at sigma 14.500000: denoise is a sampler's: a noise source works "
            "with the noise that it is given, and draws more by noise");
}

TEST(ANoiseSource, EndsWithARunThatFails) {
  HandMade fine([](const ks_run*, const ks_noise_draw*) { return ks_status{KS_OK}; });
  HandMade bad([](const ks_run*, const ks_noise_draw*) { return ks_status{KS_ERROR}; });
  bad.begin = [](ks_noise*, const ks_run* run) {
    run->set_error(run, "no");
    return ks_status{KS_ERROR};
  };
  const at::Tensor out = white();
  EXPECT_EQ(error_text([&] {
              NoiseChain({fine.made(), bad.made()}, kByItem, run_of_noise(sampling_of_noise()), out);
            }),
            "noise 'hand_made' failed as the run began: no");
  EXPECT_EQ(fine.ended, 1);
}

}  // namespace
}  // namespace ksampler
