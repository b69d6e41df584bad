// Random sequences of calls, as a broken plugin might make them, into the host on LibTorch. Without
// libFuzzer, so that they run in every build; tests/fuzz has the same calls with it, on the toy host.
#include "host/base/error.hpp"
#include "host/model/noising/model_sampling.hpp"
#include "host/sampling/torch_run.hpp"
#include "tests/fuzz/abi_calls.hpp"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

namespace ksampler {
namespace {

struct ConstantNoise : NoiseSource {
  void draw(Memory&, const RunTensor& out, double, double) override { torch_tensor(out).fill_(0.5); }
};

// 4,000, or what $KSAMPLER_RANDOM_CALLS says.
int sequences() {
  const char* wanted = std::getenv("KSAMPLER_RANDOM_CALLS");
  return wanted == nullptr ? 4000 : std::atoi(wanted);
}

// A sequence of up to 600 bytes. One byte in four is small, where most handles and calls are.
std::vector<std::uint8_t> random_bytes(std::mt19937_64& random) {
  std::vector<std::uint8_t> bytes(random() % 600);
  for (std::uint8_t& byte : bytes) {
    const std::uint64_t draw = random();
    byte = static_cast<std::uint8_t>(draw % 4 == 0 ? (draw >> 8) % 16 : draw >> 8);
  }
  return bytes;
}

TEST(TheHostOnLibTorch, SurvivesRandomCalls) {
  const ModelSampling eps = ModelSampling::named("eps");
  const std::vector<double> sigmas = {8, 2, 0.5, 0};
  std::mt19937_64 random(20240229);  // the same calls each time
  std::uint64_t calls = 0, failed = 0, stopped = 0;
  for (int i = 0; i < sequences(); ++i) {
    const std::vector<std::uint8_t> bytes = random_bytes(random);
    ConstantNoise noise;
    std::atomic<bool> stop{false};
    AbiRunSettings settings;
    settings.sigmas = sigmas;
    settings.model = eps.abi();
    settings.allow_split = i % 2 == 0;
    settings.noise = i % 3 == 0 ? nullptr : &noise;
    settings.sampler_name = "random";
    settings.stop = &stop;
    int steps = 0;
    settings.step = [&](const RunStep&) { stop = ++steps == 2; };
    settings.denoise =
        on_torch([](const at::Tensor& x, double, at::Tensor& denoised, at::Tensor* unconditional) {
          if (x.sizes() != denoised.sizes()) std::abort();
          denoised.fill_(1.0);
          if (unconditional != nullptr) unconditional->fill_(2.0);
        });
    settings.inside = [](const RunTensor& x, std::span<const double> levels, std::uint32_t,
                         std::uint32_t) {
      if (levels.size() < 2) std::abort();
      torch_tensor(x).mul_(0.5);
    };
    at::Tensor x = at::tensor({-1.0f, 0.5f, 7.0f});
    if (i % 5 != 0) x = x.reshape({1, 1, 1, 3});
    fuzz::AbiCalls plugin(fuzz::Input(bytes.data(), bytes.size()));
    try {
      run_sampler(plugin.sampler(), settings, x);
    } catch (const Stopped&) {
      ++stopped;
    } catch (const Error&) {
      ++failed;
    }
    calls += plugin.calls();
    ASSERT_EQ(x.numel(), 3);
  }
  // The sequences reach what they are for.
  EXPECT_GT(calls, 10u * static_cast<unsigned>(sequences()));
  EXPECT_GT(failed, 0u);
  EXPECT_GT(stopped, 0u);
}

}  // namespace
}  // namespace ksampler
