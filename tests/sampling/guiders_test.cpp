// Each guider that ships beside its formula, written out here on float64 tensors; and what a chain of
// them does, in this process and isolated.
#include "host/sampling/guider_chain.hpp"

#include "host/base/error.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/sampling/parity_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

using test::error_text;

constexpr double kSigma = 1.7;
constexpr double kCfg = 4.5;
const std::vector<double> kSigmas = {14.5, 5.0, 1.7, 0.4, 0.0};

// Two items, of unlike sizes: what is measured over the batch instead of an item shows.
at::Tensor made(int seed) {
  const at::Tensor wave =
      at::arange(2 * 4 * 6 * 5, at::kFloat).mul_(0.7 + 0.13 * seed).add_(seed).sin_();
  at::Tensor tensor = wave.reshape({2, 4, 6, 5}).contiguous();
  tensor[1].mul_(3.0);
  return tensor;
}

struct Question {
  at::Tensor x = made(1) * 2.0;
  at::Tensor positive = made(2);
  at::Tensor negative = made(3) * 0.6 + made(2) * 0.3;
  at::Tensor empty = made(4) * 0.5 + made(2) * 0.2;
  at::Tensor perturbed = made(5) * 0.2 + made(2) * 0.7;
  at::Tensor second = made(6) * 0.4 + made(2) * 0.5;

  Question doubled() const {
    return {x.to(at::kDouble),     positive.to(at::kDouble),  negative.to(at::kDouble),
            empty.to(at::kDouble), perturbed.to(at::kDouble), second.to(at::kDouble)};
  }
};

Registry& isolated_registry() {
  static Registry registry({BINARY_DIR "/plugins"}, {},
                           {.wanted = [](const Manifest&) { return true; },
                            .settings = {.program = BINARY_DIR "/bin/ksampler-isolate"}});
  return registry;
}

AbiRunSettings run_of(const ModelSampling& sampling) {
  AbiRunSettings run;
  run.sigmas = kSigmas;
  run.model = sampling.abi();
  return run;
}

const ModelSampling& eps() {
  static const ModelSampling sampling = ModelSampling::named("eps");
  return sampling;
}
const ModelSampling& flow() {
  static const ModelSampling sampling = ModelSampling::named("flow");
  return sampling;
}

// What a chain makes of a question.
at::Tensor guided(const Registry& registry, const std::vector<ModelGuider>& guiders, Question question,
                  double sigma = kSigma, double cfg = kCfg, const ModelSampling& sampling = eps()) {
  GuiderChain chain(make_guiders(registry, guiders), cfg, run_of(sampling), question.x);
  at::Tensor denoised = at::full_like(question.x, 99.0);
  chain.guide({&question.x, &question.positive, &question.negative,
               chain.empty() == nullptr ? nullptr : &question.empty,
               chain.asks_perturbed() ? &question.perturbed : nullptr,
               chain.with_second() == nullptr ? nullptr : &question.second},
              sigma, denoised);
  EXPECT_EQ(chain.waits(), 0u);
  return denoised;
}

ModelGuider guider(const std::string& name,
                   const std::vector<std::pair<std::string, double>>& params = {}) {
  ModelGuider made_of{name, {}};
  for (const auto& [id, value] : params) made_of.params.emplace_back(id, value);
  if (name == "perp_neg") made_of.empty = {Conditioning{}};
  if (name == "dual_cfg") made_of.second = {Conditioning{}};
  return made_of;
}

at::Tensor over_item(const at::Tensor& tensor) { return tensor.sum({1, 2, 3}, /*keepdim=*/true); }
at::Tensor length(const at::Tensor& tensor) { return over_item(tensor * tensor).sqrt(); }
at::Tensor deviation(const at::Tensor& tensor) {
  return (tensor - tensor.mean({1, 2, 3}, true)).square().mean({1, 2, 3}, true).sqrt();
}
at::Tensor plain(const Question& q, double cfg = kCfg) {
  return q.negative + cfg * (q.positive - q.negative);
}

// The published form of Skimmed CFG's filter, by signs: where guidance from `u` to `c` drives outwards.
at::Tensor outwards(const Question& q, const at::Tensor& c, const at::Tensor& u, bool flipping) {
  const at::Tensor guided = q.x - ((q.x - u) + kCfg * ((q.x - c) - (q.x - u)));
  const at::Tensor driven =
      (c - u).sign().eq(c.sign()).logical_and(c.sign().eq((c * kCfg - u * (kCfg - 1)).sign()));
  return flipping ? driven.logical_and(guided.sign().eq((guided - q.x).sign())) : driven;
}

// Of `c`, no further than scale `to` where guidance from `u` drives it outwards.
at::Tensor skimmed(const Question& q, const at::Tensor& c, const at::Tensor& u, double to,
                   bool flipping) {
  const at::Tensor difference = (u + kCfg * (c - u)) - (u + to * (c - u));
  return at::where(outwards(q, c, u, flipping), c - difference / kCfg, c);
}

at::Tensor skimmed_guidance(Question q, double scale, double of_negative, bool flipping) {
  q.negative = skimmed(q, q.negative, q.positive, of_negative, flipping);
  q.positive = skimmed(q, q.positive, q.negative, scale, flipping);
  return plain(q);
}

// The means of the largest and smallest fifth of each channel, by sorting it: 6 of 30 values.
std::pair<at::Tensor, at::Tensor> fifths(const at::Tensor& values) {
  const at::Tensor sorted = std::get<0>(values.flatten(2).sort(2));
  return {sorted.narrow(2, 24, 6), sorted.narrow(2, 0, 6)};
}

at::Tensor by_channel(const at::Tensor& per_value) { return per_value.mean(2).reshape({2, 4, 1, 1}); }

// D_u + r (cfg / 10) / size (D_c - D_u)
at::Tensor at_size(const Question& q, const at::Tensor& size, double reference = 8.0) {
  return q.negative + reference * kCfg / 10 / size * (q.positive - q.negative);
}

struct Case {
  const char* name;
  ModelGuider guider;
  std::function<at::Tensor(const Question&)> formula;
};
void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

std::vector<Case> cases() {
  return {
      {"cfg", guider("cfg"), [](const Question& q) { return plain(q); }},
      {"rescale_cfg", guider("rescale_cfg", {{"multiplier", 0.6}}),
       [](const Question& q) {
         const double c = 1 / (kSigma * kSigma + 1);
         const double to_v = std::sqrt(kSigma * kSigma + 1) / kSigma;
         const at::Tensor positive = (q.x * c - q.positive) * to_v;
         const at::Tensor v = (q.x * c - plain(q)) * to_v;
         const at::Tensor rescaled = v * (deviation(positive) / deviation(v));
         return q.x * c - (rescaled * 0.6 + v * 0.4) / to_v;
       }},
      {"cfg_norm", guider("cfg_norm", {{"strength", 0.9}}),
       [](const Question& q) {
         const at::Tensor guided = plain(q);
         const at::Tensor ratio =
             q.positive.square().sum(1, true).sqrt() / (guided.square().sum(1, true).sqrt() + 1e-8);
         return guided * ratio.clamp(0, 1) * 0.9;
       }},
      {"cfg_override", guider("cfg_override", {{"cfg", 2.0}}),
       [](const Question& q) { return plain(q, 2.0); }},
      {"cfg_override_elsewhere", guider("cfg_override", {{"cfg", 2.0}, {"start_percent", 0.9}}),
       [](const Question& q) { return plain(q); }},
      {"cfg_zero_star", guider("cfg_zero_star"),
       [](const Question& q) {
         const at::Tensor c = q.x - q.positive, u = q.x - q.negative;
         const at::Tensor scale = over_item(c * u) / (over_item(u * u) + 1e-8);
         return q.x - (scale * u + kCfg * (c - scale * u));
       }},
      {"cfg_zero_star_as_comfyui", guider("cfg_zero_star", {{"scaled", 1}}),
       [](const Question& q) {
         const at::Tensor c = q.x - q.positive, u = q.x - q.negative;
         const at::Tensor scale = over_item(c * u) / (over_item(u * u) + 1e-8);
         return q.negative * scale + kCfg * (q.positive - q.negative * scale);
       }},
      {"cfg_zero_star_begins_with_nothing", guider("cfg_zero_star", {{"zero_init_steps", 1}}),
       [](const Question& q) { return q.x * 1.0; }},
      {"apg", guider("apg", {{"eta", 0.3}, {"norm_threshold", 5}}),
       [](const Question& q) {
         at::Tensor d = q.positive - q.negative;
         d = d * (5 / length(d)).clamp_max(1);
         const at::Tensor unit = q.positive / length(q.positive);
         const at::Tensor parallel = over_item(d * unit) * unit;
         return q.positive + kCfg * (d - parallel + 0.3 * parallel);
       }},
      {"tcfg", guider("tcfg"),
       [](const Question& q) {
         // By the decomposition itself, not the closed form.
         const at::Tensor u = (q.x - q.negative).reshape({2, 1, -1});
         const at::Tensor c = (q.x - q.positive).reshape({2, 1, -1});
         const auto [left, values, right] = at::_linalg_svd(at::cat({u, c}, 1));
         const at::Tensor v = right.narrow(1, 0, 1);
         const at::Tensor damped = at::matmul(at::matmul(u, v.transpose(1, 2)), v).reshape(q.x.sizes());
         const at::Tensor negative = q.x - damped;
         return negative + kCfg * (q.positive - negative);
       }},
      {"renorm_cfg", guider("renorm_cfg", {{"renorm_cfg", 0.8}}),
       [](const Question& q) {
         const at::Tensor guided = plain(q);
         return guided * (0.8 * length(q.positive) / length(guided)).clamp_max(1);
       }},
      {"renorm_cfg_above_its_level", guider("renorm_cfg", {{"cfg_trunc", 1.0}}),
       [](const Question& q) { return q.positive * 1.0; }},
      {"mahiro", guider("mahiro"),
       [](const Question& q) {
         const auto root = [](const at::Tensor& t) { return t.sign() * t.abs().sqrt(); };
         const at::Tensor guided = plain(q), leap = q.positive * kCfg;
         const at::Tensor u = root(q.negative * kCfg), merged = root((leap + guided) / 2);
         const at::Tensor cosine = (u * merged).sum(1, true) / (u.square().sum(1, true).sqrt() *
                                                                merged.square().sum(1, true).sqrt());
         const at::Tensor w = 2 * (cosine.mean({1, 2, 3}, true) + 1);
         return (w * guided + (4 - w) * leap) / 4;
       }},
      {"perp_neg", guider("perp_neg", {{"neg_scale", 0.7}}),
       [](const Question& q) {
         const at::Tensor p = q.positive - q.empty, n = q.negative - q.empty;
         const at::Tensor perp = n - over_item(n * p) / over_item(p * p) * p;
         return q.empty + kCfg * (p - 0.7 * perp);
       }},
      {"perturbed_attention", guider("perturbed_attention", {{"scale", 2.5}}),
       [](const Question& q) { return plain(q) + 2.5 * (q.positive - q.perturbed); }},
      // As in ComfyUI, where the positive, the negative and the second prompt are cond2, the negative
      // and cond1; nested, cond1, cond2 and the negative.
      {"dual_cfg", guider("dual_cfg", {{"scale", 2.5}}),
       [](const Question& q) {
         return q.negative + kCfg * (q.positive - q.negative) + 2.5 * (q.second - q.positive);
       }},
      {"dual_cfg_nested", guider("dual_cfg", {{"scale", 2.5}, {"style", 1}}),
       [](const Question& q) {
         const at::Tensor inner = q.negative + kCfg * (q.positive - q.negative);
         return q.second + 2.5 * (inner - q.second);
       }},
      {"epsilon_scaling", guider("epsilon_scaling", {{"scaling_factor", 1.02}}),
       [](const Question& q) { return q.x - (q.x - plain(q)) / 1.02; }},
      {"temporal_score_rescaling",
       guider("temporal_score_rescaling", {{"tsr_k", 0.9}, {"tsr_sigma", 2.0}}),
       [](const Question& q) {
         const double snr = 1 / (kSigma * kSigma);
         const double r = (snr * 4 + 1) / (snr * 4 / 0.9 + 1);
         const at::Tensor noise = (q.x - plain(q)) / kSigma;
         return q.x - kSigma * r * noise;
       }},
      {"fdg", guider("fdg", {{"low", 0.3}}),
       [](const Question& q) {
         const at::Tensor d = q.positive - q.negative;
         const at::Tensor low =
             at::upsample_bilinear2d(at::adaptive_avg_pool2d(d, {3, 2}), {6, 5}, false);
         return q.negative + (1 + 0.3 * (kCfg - 1)) * low + kCfg * (d - low);
       }},
      {"fresca", guider("fresca", {{"scale_low", 0.7}, {"scale_high", 1.6}, {"freq_cutoff", 2}}),
       [](const Question& q) {
         // By the middle of the shifted transform, not by bins.
         at::Tensor gains = at::full({6, 5}, 1.6, at::kDouble);
         gains.narrow(0, 3 - 2, 4).narrow(1, 2 - 2, 4).fill_(0.7);
         const at::Tensor bins =
             at::fft_fftshift(at::fft_fft2(q.positive - q.negative), {2, 3}) * gains;
         const at::Tensor scaled = at::real(at::fft_ifft2(at::fft_ifftshift(bins, {2, 3})));
         return q.negative + kCfg * scaled;
       }},
      {"fresca_of_a_small_latent", guider("fresca", {{"scale_low", 0.7}}),
       [](const Question& q) {
         // All but the last column is low: f is 3 and 2 of 6 x 5.
         at::Tensor gains = at::full({6, 5}, 1.25, at::kDouble);
         gains.narrow(1, 0, 4).fill_(0.7);
         const at::Tensor bins =
             at::fft_fftshift(at::fft_fft2(q.positive - q.negative), {2, 3}) * gains;
         const at::Tensor scaled = at::real(at::fft_ifft2(at::fft_ifftshift(bins, {2, 3})));
         return q.negative + kCfg * scaled;
       }},
      {"skimmed_cfg", guider("skimmed_cfg", {{"scale", 2.0}}),
       [](const Question& q) { return skimmed_guidance(q, 2.0, 2.0, true); }},
      {"skimmed_cfg_of_the_whole_negative",
       guider("skimmed_cfg", {{"scale", 3.0}, {"full_skim_negative", 1}, {"flipping_filter", 0}}),
       [](const Question& q) { return skimmed_guidance(q, 3.0, 0.0, false); }},
      {"skimmed_cfg_by_interpolation", guider("skimmed_cfg", {{"method", 1}, {"scale", 2.0}}),
       [](Question q) {
         const double weight = (2.0 - 1) / (kCfg - 1);
         const at::Tensor nearer = outwards(q, q.positive, q.negative, true);
         q.negative = at::where(nearer, q.positive * (1 - weight) + q.negative * weight, q.negative);
         const at::Tensor back = outwards(q, q.negative, q.positive, true);
         q.negative = at::where(back, q.positive * (1 - weight) + q.negative * weight, q.negative);
         return plain(q);
       }},
      {"automatic_cfg", guider("automatic_cfg", {{"share", 0.2}}),
       [](const Question& q) {
         const auto [high, low] = fifths(plain(q, 8.0));
         return at_size(q, (by_channel(high) + by_channel(low.abs())) / 2);
       }},
      {"automatic_cfg_soft", guider("automatic_cfg", {{"share", 0.2}, {"measure", 0}}),
       [](const Question& q) {
         const auto [high, low] = fifths(plain(q, 8.0));
         return at_size(q, (by_channel(high) + by_channel(low).abs()) / 2);
       }},
      {"automatic_cfg_squared",
       guider("automatic_cfg", {{"share", 0.2}, {"measure", 2}, {"reference_cfg", 6}}),
       [](const Question& q) {
         const auto [high, low] = fifths(plain(q, 6.0));
         return at_size(q, ((by_channel(high) + by_channel(low.abs())) / 2).square(), 6.0);
       }},
      {"automatic_cfg_of_the_range", guider("automatic_cfg", {{"share", 0.2}, {"measure", 3}}),
       [](const Question& q) {
         const at::Tensor values = plain(q, 8.0);
         const auto [high, low] = fifths(values - values.mean({2, 3}, true));
         return at_size(q, (by_channel(high) + by_channel(low.abs())) / 2);
       }},
      {"dynamic_thresholding",
       guider("dynamic_thresholding", {{"percentile", 0.9}, {"threshold", 2.0}}),
       [](const Question& q) {
         const at::Tensor guided = plain(q);
         const at::Tensor limit =
             at::quantile(guided.abs().flatten(1), 0.9, 1).clamp_min(2.0).reshape({2, 1, 1, 1});
         return at::minimum(at::maximum(guided, -limit), limit) / limit * 2.0;
       }},
  };
}

class Guiders : public ::testing::TestWithParam<Case> {};

TEST_P(Guiders, AreTheirFormulas) {
  const at::Tensor expected = GetParam().formula(Question().doubled());
  const at::Tensor got = guided(parity::registry(), {GetParam().guider}, Question());
  // Values of size 10 in float32, a dozen operations deep.
  EXPECT_TRUE(at::allclose(got.to(at::kDouble), expected, 1e-5, 2e-5))
      << "off by " << (got.to(at::kDouble) - expected).abs().max().item<double>();
}

TEST_P(Guiders, GiveTheSameBitsIsolated) {
  const at::Tensor here = guided(parity::registry(), {GetParam().guider}, Question());
  const at::Tensor there = guided(isolated_registry(), {GetParam().guider}, Question());
  EXPECT_TRUE(at::equal(here, there));
}

TEST_P(Guiders, GiveAnItemTheSameBitsAloneAndInABatch) {
  const at::Tensor together = guided(parity::registry(), {GetParam().guider}, Question());
  for (std::int64_t item = 0; item < 2; ++item) {
    Question one;
    for (at::Tensor* tensor :
         {&one.x, &one.positive, &one.negative, &one.empty, &one.perturbed, &one.second}) {
      *tensor = tensor->narrow(0, item, 1).contiguous();
    }
    const at::Tensor alone = guided(parity::registry(), {GetParam().guider}, one);
    EXPECT_TRUE(at::equal(alone[0], together[item])) << "item " << item;
  }
}

INSTANTIATE_TEST_SUITE_P(Shipped, Guiders, ::testing::ValuesIn(cases()),
                         [](const auto& instance) { return instance.param.name; });

// tests/data/guiders/make.py: diffusers' own functions, of two calls where there is momentum.
class DiffusersGuiders : public ::testing::Test {
 protected:
  static at::Tensor tensor(const std::string& name) {
    static const auto file = TensorFile::open(TEST_DATA "/guiders/reference.safetensors");
    return map_tensor(file, name).clone();
  }
  static void expect(const std::string& name, const ModelGuider& one) {
    Question q{tensor("x"), tensor("positive"), tensor("negative"), tensor("negative")};
    expect_near(guided(parity::registry(), {one}, q), name);
  }
  // Values of size 20 in float32, a dozen operations deep; some are float32 in diffusers, too.
  static void expect_near(const at::Tensor& got, const std::string& name) {
    EXPECT_TRUE(at::allclose(got, tensor(name), 1e-5, 5e-5))
        << name << " is off by " << (got - tensor(name)).abs().max().item<double>();
  }
};

TEST_F(DiffusersGuiders, AreEqual) {
  expect("apg", guider("apg", {{"eta", 0.3}, {"norm_threshold", 5}}));
  expect("cfg_zero_star", guider("cfg_zero_star"));
  expect("tcfg", guider("tcfg"));
  expect("rescale_cfg", guider("rescale_cfg", {{"multiplier", 0.7}}));
}

TEST_F(DiffusersGuiders, AreEqualWithMomentum) {
  const auto made_of = make_guiders(
      parity::registry(), {guider("apg", {{"eta", 0.3}, {"norm_threshold", 5}, {"momentum", -0.5}})});
  GuiderChain chain(made_of, kCfg, run_of(eps()), tensor("x"));
  for (const std::string call : {"first", "second"}) {
    at::Tensor x = tensor("x"), positive = tensor("positive"), negative = tensor("negative");
    at::Tensor denoised = at::empty_like(x);
    chain.guide({&x, &positive, &negative, nullptr}, kSigma, denoised);
    expect_near(denoised, "apg_momentum_" + call);
  }
}

TEST(AGuiderChain, PutsThePredictionsBeforeTheCombinationAndTheRestBehindIt) {
  const Question q = Question().doubled();
  const at::Tensor got = guided(parity::registry(),
                                {guider("epsilon_scaling", {{"scaling_factor", 1.1}}), guider("cfg"),
                                 guider("cfg_override", {{"cfg", 3.0}})},
                                Question());
  EXPECT_TRUE(at::allclose(got.to(at::kDouble), q.x - (q.x - plain(q, 3.0)) / 1.1, 1e-5, 1e-5));
}

TEST(AGuiderChain, LetsTheLastOfThoseThatCombineStand) {
  const at::Tensor got = guided(
      parity::registry(), {guider("renorm_cfg", {{"cfg_trunc", 0.0}}), guider("cfg")}, Question());
  EXPECT_TRUE(at::equal(got, guided(parity::registry(), {guider("cfg")}, Question())));
}

TEST(AGuiderChain, CombinesByPlainGuidanceWhereNoneDoes) {
  const at::Tensor got =
      guided(parity::registry(), {guider("cfg_override", {{"cfg", 7.0}})}, Question());
  const Question q = Question().doubled();
  EXPECT_TRUE(at::allclose(got.to(at::kDouble), plain(q, 7.0), 1e-5, 1e-5));
}

TEST(AGuiderChain, AsksForTheNegativePredictionOnlyWhereItIsLookedAt) {
  const Question q;
  const auto asks = [&](const std::string& name, double cfg) {
    return GuiderChain(make_guiders(parity::registry(), {guider(name)}), cfg, run_of(eps()), q.x)
        .asks_negative();
  };
  EXPECT_FALSE(asks("epsilon_scaling", 1.0));
  EXPECT_TRUE(asks("epsilon_scaling", 1.5));
  EXPECT_TRUE(asks("rescale_cfg", 1.0));
}

// Momentum: the second call of a run differs from the first, and a new run begins anew.
TEST(AGuiderChain, KeepsItsStateThroughARunAndNotBeyondIt) {
  const auto made_of = make_guiders(parity::registry(), {guider("apg", {{"momentum", -0.5}})});
  const auto ask = [](GuiderChain& chain) {
    Question q;
    at::Tensor denoised = at::empty_like(q.x);
    chain.guide({&q.x, &q.positive, &q.negative, nullptr}, kSigma, denoised);
    return denoised;
  };
  const Question q;
  at::Tensor first, second;
  {
    GuiderChain chain(made_of, kCfg, run_of(eps()), q.x);
    first = ask(chain);
    second = ask(chain);
    EXPECT_FALSE(at::equal(first, second));
  }
  GuiderChain again(made_of, kCfg, run_of(eps()), q.x);
  EXPECT_TRUE(at::equal(ask(again), first));
  EXPECT_TRUE(at::equal(ask(again), second));
}

TEST(AGuiderChain, KnowsHowAFlowMixesNoiseIn) {
  const Question q = Question().doubled();
  const double sigma = 0.6, alpha = 0.4;
  const at::Tensor got =
      guided(parity::registry(), {guider("temporal_score_rescaling", {{"tsr_k", 0.5}})}, Question(),
             sigma, kCfg, flow());
  const double snr = alpha * alpha / (sigma * sigma);
  const double r = (snr + 1) / (snr / 0.5 + 1);
  const at::Tensor noise = (q.x - alpha * plain(q)) / sigma;
  EXPECT_TRUE(at::allclose(got.to(at::kDouble), (q.x - sigma * r * noise) / alpha, 1e-5, 1e-5));
}

TEST(AGuiderChain, SaysWhatAGuiderLacks) {
  ModelGuider without = guider("perp_neg");
  without.empty.clear();
  EXPECT_EQ(error_text([&] { make_guiders(parity::registry(), {without}); }),
            "guider 'perp_neg' needs 'empty_conditioning': the conditioning of an empty prompt");
  ModelGuider alone = guider("dual_cfg");
  alone.second.clear();
  EXPECT_EQ(error_text([&] { make_guiders(parity::registry(), {alone}); }),
            "guider 'dual_cfg' needs 'second_conditioning': the conditioning of a second prompt");
  EXPECT_EQ(error_text([&] {
              make_guiders(parity::registry(), {guider("dual_cfg"), guider("dual_cfg")});
            }),
            "guider 'dual_cfg' and guider 'dual_cfg' have a second prompt each; a model takes one");
  EXPECT_NE(error_text([&] {
              make_guiders(parity::registry(), {guider("euler")});
            }).find("unknown guider 'euler': that is a sampler"),
            std::string::npos);
}

}  // namespace
}  // namespace ksampler
