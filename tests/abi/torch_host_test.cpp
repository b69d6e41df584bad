// The frozen plugins on LibTorch: the numbers of the small host, in float32.
#include "host/model/noising/model_sampling.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/params.hpp"
#include "host/sampling/torch_run.hpp"
#include "tests/abi/frozen_numbers.hpp"

#include <ATen/ops/tensor.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

struct FixedNoise : NoiseSource {
  std::uint32_t draws = 0;
  void draw(Memory&, const RunTensor& out, double, double) override {
    ++draws;
    torch_tensor(out).copy_(at::tensor({0.5f, -1.0f, 0.25f}));
  }
};

TEST(PluginsOfAbi10OnLibTorch, GiveTheirNumbers) {
  // What they are told of the model is that of the small host: the numbers depend on it.
  const ModelSampling eps = ModelSampling::named("eps");
  for (const frozen::Numbers& numbers : frozen::kNumbers) {
    const std::string name = numbers.plugin;
    const auto library = Library::open(SOURCE_DIR "/tests/abi/v1/built/" + name + "/" + name + ".so");
    const SamplerDescription& sampler = library->description().samplers.at(0);
    const auto make = [&] {
      return library->make_sampler(sampler.id, values_for(sampler.params, {}, "it"));
    };
    v1::Run expected;
    expected.other_model = eps.abi();
    const SamplerInstance one = make();
    ASSERT_EQ(expected.sample(*one.get()), KS_OK) << expected.message;

    v1::Run given;
    FixedNoise noise;
    std::uint32_t model_calls = 0, steps = 0;
    AbiRunSettings settings;
    settings.sigmas = given.sigmas;
    settings.model = eps.abi();
    settings.allow_split = true;
    settings.noise = &noise;
    settings.sampler_name = sampler.id;
    settings.step = [&](const RunStep&) { ++steps; };
    settings.denoise = on_torch(
        [&](const at::Tensor& x, double sigma, at::Tensor& denoised, at::Tensor* unconditional) {
          ++model_calls;
          for (std::int64_t i = 0; i < x.numel(); ++i) {
            denoised.data_ptr<float>()[i] =
                static_cast<float>(v1::Run::denoised(x.data_ptr<float>()[i], sigma, false));
            if (unconditional != nullptr) {
              unconditional->data_ptr<float>()[i] = denoised.data_ptr<float>()[i] / 2;
            }
          }
        });
    at::Tensor x = at::tensor({-3.0f, 1.0f, 12.0f});
    const SamplerInstance two = make();
    run_sampler(two.get(), settings, x);
    for (std::int64_t i = 0; i < 3; ++i) {
      // Four steps on numbers up to 12 in float32, whose spacing there is 1e-6.
      EXPECT_NEAR(x.data_ptr<float>()[i], expected.x[static_cast<std::size_t>(i)], 1e-5) << name;
    }
    EXPECT_EQ(model_calls, numbers.model_calls);
    EXPECT_EQ(noise.draws, numbers.draws);
    EXPECT_EQ(steps, 4u);
  }
}

}  // namespace
}  // namespace ksampler
