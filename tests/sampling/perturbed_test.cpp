// A guider that looks at the weakened network's prediction: who is asked for it, and when.
#include "host/sampling/predictor.hpp"

#include "tests/sampling/parity_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace ksampler {
namespace {

// Predicts x, scaled by what it is asked for, and writes down what that was.
class WeakenedByHalf : public Denoiser {
 public:
  struct Asked {
    std::int64_t label;
    bool perturbed;
    bool operator==(const Asked&) const = default;
  };

  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return at::kCPU; }
  void check_shape(at::IntArrayRef) const override {}
  bool perturbs() const override { return can_be_weakened; }
  void denoise(std::span<const DenoiseRequest> requests, double) const override {
    ++calls;
    for (const DenoiseRequest& request : requests) {
      const Conditioning& conditioning = *request.conditioning;
      asked.push_back({conditioning.label, conditioning.perturbed});
      const double scale = static_cast<double>(conditioning.label) * (conditioning.perturbed ? 0.5 : 1);
      request.denoised->copy_(*request.x * scale);
    }
  }

  mutable std::vector<Asked> asked;
  mutable int calls = 0;
  bool can_be_weakened = true;

 private:
  ModelSampling sampling_ = ModelSampling::named("eps");
  LatentFormat latents_ = {};
};

ConditioningList label(std::int64_t value) { return {Conditioning{.label = value}}; }

// What a model with perturbed-attention guidance predicts of ones.
double guided_ones(const std::shared_ptr<WeakenedByHalf>& model, double cfg) {
  const at::Tensor x = at::ones({1, 4, 2, 2});
  AbiRunSettings run;
  const std::vector<double> sigmas = {5, 1, 0};
  run.sigmas = sigmas;
  run.model = model->sampling().abi();
  GuiderChain chain(make_guiders(parity::registry(), {{"perturbed_attention", {{"scale", 2.0}}}}), cfg,
                    run, x);
  Predictor predictor(model, cfg_guidance(label(8), label(3), cfg), x, /*split=*/false, &chain);
  at::Tensor denoised = at::zeros_like(x);
  predictor.predict(x, 1.0, denoised, nullptr);
  return denoised[0][1][1][0].item<double>();
}

TEST(ThePredictionOfAWeakenedNetwork, IsAskedForInTheSameCallAsTheOthers) {
  const auto model = std::make_shared<WeakenedByHalf>();
  EXPECT_EQ(guided_ones(model, 3.0), 3 + 3 * (8 - 3) + 2 * (8 - 4));
  using Asked = WeakenedByHalf::Asked;
  EXPECT_EQ(model->asked, (std::vector<Asked>{{8, false}, {3, false}, {8, true}}));
  EXPECT_EQ(model->calls, 1);
}

TEST(ThePredictionOfAWeakenedNetwork, IsRefusedBeforeTheRunWhereThereIsNone) {
  const auto model = std::make_shared<WeakenedByHalf>();
  model->can_be_weakened = false;
  EXPECT_THAT(test::error_text([&] { guided_ones(model, 3.0); }),
              ::testing::HasSubstr("known of UNets with attention in their middle alone"));
  EXPECT_EQ(model->calls, 0);
}

TEST(ThePredictionOfAWeakenedNetwork, NeedsNoNegativeAtCfg1) {
  const auto model = std::make_shared<WeakenedByHalf>();
  EXPECT_EQ(guided_ones(model, 1.0), 8 + 2 * (8 - 4));
  EXPECT_EQ(model->asked.size(), 2U);
}

}  // namespace
}  // namespace ksampler
