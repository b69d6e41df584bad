// Plugins of ABI 1.1 in the hosts of today: one that was built then (tests/abi/v1_1/built), in this
// process, isolated and on LibTorch, and the same source built now, against the frozen headers.
#include "host/conformance/toy_guiding.hpp"
#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_shaping.hpp"
#include "host/model/noising/model_sampling.hpp"
#include "host/plugin/isolation/isolated_library.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/manifest.hpp"
#include "host/plugin/params.hpp"
#include "host/sampling/torch_run.hpp"
#include "host/session/sigmas.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

namespace ksampler {
namespace {

using toy::Vector;

const std::string kFolder = SOURCE_DIR "/tests/abi/v1_1/built/frozen-1-1";

// As tests/abi/v1_1/numbers.py computes them, which shares no code with the plugin or a host.
const Vector kAround = {0.6107160882304109, 0.4430076583860633, 0.7358874241070504, 0.816217113347984};
const Vector kLevels = {8, 4, 2, 1, 0};
const Vector kNoise = {0.5, -1.0, 0.25, 2.0};

double denoised(double x, double sigma) {
  return (0.25 * sigma * sigma + 0.5 * x) / (0.5 + sigma * sigma);
}

struct Way {
  std::string name;
  std::function<std::shared_ptr<const Library>()> open;
};

class PluginOfAbi11 : public ::testing::TestWithParam<Way> {
 protected:
  std::shared_ptr<const Library> library_ = GetParam().open();

  static void set_up(toy::Host& host) {
    host.sigmas = kLevels;
    host.x = {-3.0, 1.0, 12.0, 0.5};
    host.height = 2;
    host.cfg = 3.5;
    host.denoiser = toy::gaussian(0.25, std::sqrt(0.5), false);
    host.noise = [](double, double, std::size_t) { return kNoise; };
  }
  // In float64, in another order of operations than Python's.
  static void expect_near(const Vector& got, const Vector& wanted, double tolerance = 1e-12) {
    ASSERT_EQ(got.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(got[i], wanted[i], tolerance) << i;
  }
};

TEST_P(PluginOfAbi11, IsWhatItsManifestSays) {
  const Manifest manifest = read_manifest(kFolder + "/plugin.toml");
  EXPECT_EQ(differences(manifest.plugin, library_->description()), std::vector<std::string>{});
  EXPECT_EQ(manifest.plugin.abi_minor, 1u);
  EXPECT_EQ(manifest.plugin.samplers.at(0).inside, "heun");
  EXPECT_TRUE(manifest.plugin.samplers.at(0).no_limit);
}

TEST_P(PluginOfAbi11, GivesTheNumbersOfItsSampler) {
  toy::Host host;
  set_up(host);
  ks_sampler_info info{};
  info.size = sizeof info;
  info.noise = KS_NOISE_GAUSSIAN;
  info.inside = "heun";
  const SamplerInstance sampler =
      library_->make_sampler("frozen_around", std::vector<ParamValue>{0.25});
  ASSERT_EQ(host.sample(*sampler.get(), info), KS_OK) << host.message;
  expect_near(host.x, kAround);
  EXPECT_EQ(host.counters.model_calls, 8u);
  EXPECT_EQ(host.counters.steps, 4u);
}

TEST_P(PluginOfAbi11, GivesTheNumbersOfItsGuider) {
  toy::Host host;
  set_up(host);
  const GuiderInstance guider = library_->make_guider("frozen_momentum", {});
  toy::Guiding guiding(*guider.get(), KS_GUIDER_COMBINES, host);
  toy::Question question;
  question.cfg = 3;
  question.x = {16, 0, -16, 1};
  question.positive = {1, 2, 3, 4};
  question.negative = {0.5, 0, 1, -1};
  question.empty = {8, 0, 0, -8};
  // 3 p - 2 n + e / 8 + x / 16, and a quarter of what was given before.
  const Vector first = {4, 6, 6, 13 + 0.0625};
  EXPECT_EQ(guiding.ask(question).denoised, first);
  Vector second = first;
  for (double& value : second) value *= 1.25;
  EXPECT_EQ(guiding.ask(question).denoised, second);
}

TEST_P(PluginOfAbi11, GivesTheNumbersOfItsNoise) {
  toy::Host host;
  set_up(host);
  const NoiseInstance noise = library_->make_noise("frozen_mixed", {});
  toy::Shaping shaping(*noise.get(), host);
  for (const double weight : {0.8, 0.925}) {
    const toy::Shaped shaped = shaping.shape({1, 2, -1, 0}, 8, 4);
    ASSERT_EQ(shaped.status, KS_OK) << host.message;
    expect_near(shaped.noise, {0.6 + weight * 0.5, 1.2 - weight, -0.6 + weight * 0.25, weight * 2});
  }
}

TEST_P(PluginOfAbi11, GivesTheLevelsOfItsScheduler) {
  const SchedulerInstance scheduler = library_->make_scheduler("frozen_sized", {});
  const std::vector<std::int64_t> shape = {1, 4, 8, 16};
  const std::vector<double> sigmas =
      schedule_sigmas(scheduler, {ModelSampling::named("eps"), shape, 3.0, ""}, 4, 1.0, false);
  EXPECT_EQ(sigmas, (std::vector<double>{8, 6, 4, 2, 0}));
}

// In float32; what runs inside is the test's own.
TEST_P(PluginOfAbi11, GivesItsNumbersOnLibTorch) {
  struct FixedNoise : NoiseSource {
    void draw(Memory&, const RunTensor& out, double, double) override {
      torch_tensor(out).copy_(at::tensor({0.5f, -1.0f, 0.25f, 2.0f}).reshape({1, 1, 2, 2}));
    }
  } noise;
  const ModelSampling eps = ModelSampling::named("eps");
  AbiRunSettings settings;
  settings.sigmas = kLevels;
  settings.model = eps.abi();
  settings.noise = &noise;
  settings.cfg = 3.5;
  settings.sampler_name = "frozen_around";
  settings.denoise = on_torch([&](const at::Tensor& x, double sigma, at::Tensor& result, at::Tensor*) {
    for (std::int64_t i = 0; i < x.numel(); ++i) {
      result.data_ptr<float>()[i] = static_cast<float>(denoised(x.data_ptr<float>()[i], sigma));
    }
  });
  settings.inside = [&](const RunTensor& part, std::span<const double> levels, std::uint32_t step,
                        std::uint32_t steps) {
    at::Tensor& x = torch_tensor(part);
    EXPECT_EQ(step, 0u);
    EXPECT_EQ(steps, 4u);
    for (std::int64_t i = 0; i < x.numel(); ++i) {
      double v = x.data_ptr<float>()[i];
      for (std::size_t k = 0; k + 1 < levels.size(); ++k) {
        const double sigma = levels[k], next = levels[k + 1], d = (v - denoised(v, sigma)) / sigma;
        const double end = v + (next - sigma) * d;
        v = next == 0 ? denoised(v, sigma)
                      : v + (next - sigma) * (d + (end - denoised(end, next)) / next) / 2;
      }
      x.data_ptr<float>()[i] = static_cast<float>(v);
    }
  };
  at::Tensor x = at::tensor({-3.0f, 1.0f, 12.0f, 0.5f}).reshape({1, 1, 2, 2});
  const SamplerInstance sampler =
      library_->make_sampler("frozen_around", std::vector<ParamValue>{0.25});
  run_sampler(sampler.get(), settings, x);
  const float* const values = x.const_data_ptr<float>();
  // Two dozen operations on numbers of size 1 in float32.
  expect_near({values[0], values[1], values[2], values[3]}, kAround, 2e-6);

  settings.sampler_name = "frozen_raw";
  const SamplerInstance raw = library_->make_sampler("frozen_raw", {});
  at::Tensor counted = at::zeros({1, 1, 2, 2});
  const auto count = [&] { run_sampler(raw.get(), settings, counted); };
  if (GetParam().name == "Isolated") {
    EXPECT_NE(test::error_text(count).find("ks.raw/1"), std::string::npos);
  } else {
    count();
    EXPECT_TRUE(at::equal(counted.flatten(), at::arange(4, at::kFloat)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Ways, PluginOfAbi11,
    ::testing::Values(Way{"InProcess", [] { return Library::open(kFolder + "/frozen-1-1.so"); }},
                      Way{"Isolated",
                          [] {
                            const IsolationSettings settings{
                                .program = BINARY_DIR "/bin/ksampler-isolate",
                                .limit = std::chrono::milliseconds(20000)};
                            return isolated_library(read_manifest(kFolder + "/plugin.toml"), settings);
                          }},
                      Way{"OfTodaysCompiler",
                          [] {
                            return Library::open(BINARY_DIR "/tests/abi/v1_1/frozen-1-1/frozen-1-1.so");
                          }}),
    [](const auto& named) { return named.param.name; });

}  // namespace
}  // namespace ksampler
