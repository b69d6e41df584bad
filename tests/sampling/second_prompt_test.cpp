// A guider that looks at the prediction for a second prompt: who is asked for what, and that the guider
// dual_cfg is DualCFGGuider's sum.
#include "host/sampling/predictor.hpp"

#include "tests/sampling/parity_case.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

// Predicts x times the label that it is asked for, and writes down which those were.
class ByLabel : public Denoiser {
 public:
  const ModelSampling& sampling() const override { return sampling_; }
  const LatentFormat& latents() const override { return latents_; }
  at::Device device() const override { return at::kCPU; }
  void check_shape(at::IntArrayRef) const override {}
  void denoise(std::span<const DenoiseRequest> requests, double) const override {
    ++calls;
    for (const DenoiseRequest& request : requests) {
      asked.emplace_back(request.conditioning->label, request.conditioning->negative);
      request.denoised->copy_(*request.x * static_cast<double>(request.conditioning->label));
    }
  }

  mutable std::vector<std::pair<std::int64_t, bool>> asked;  // and whether as a negative one
  mutable int calls = 0;

 private:
  ModelSampling sampling_ = ModelSampling::named("eps");
  LatentFormat latents_ = {};
};

ConditioningList second_label(std::int64_t value) { return {Conditioning{.label = value}}; }

struct OfOnes {
  double denoised;
  double unconditional;
};

// What is predicted of ones. No guiders: by the weights alone.
OfOnes predict_ones(const std::shared_ptr<ByLabel>& model, const Guidance& guidance,
                    const std::vector<ModelGuider>& guiders, bool split = false) {
  const at::Tensor x = at::ones({1, 4, 2, 2});
  AbiRunSettings run;
  const std::vector<double> sigmas = {5, 1, 0};
  run.sigmas = sigmas;
  run.model = model->sampling().abi();
  std::unique_ptr<GuiderChain> chain;
  if (!guiders.empty()) {
    chain = std::make_unique<GuiderChain>(make_guiders(parity::registry(), guiders),
                                          guidance.front().weight, run, x);
  }
  Predictor predictor(model, guidance, x, split, chain.get());
  at::Tensor denoised = at::zeros_like(x);
  at::Tensor unconditional = at::zeros_like(x);
  predictor.predict(x, 1.0, denoised, split ? &unconditional : nullptr);
  return {denoised[0][1][1][0].item<double>(), unconditional[0][1][1][0].item<double>()};
}

ModelGuider dual(bool nested, double scale, std::int64_t second) {
  return {.name = "dual_cfg",
          .params = {{"style", nested ? 1.0 : 0.0}, {"scale", scale}},
          .second = second_label(second),
          .second_is_negative = nested};
}

TEST(ASecondPrompt, IsAskedForInTheSameCallAsTheOthers) {
  const auto model = std::make_shared<ByLabel>();
  const Guidance pair = cfg_guidance(second_label(8), second_label(3), 3.0);
  EXPECT_EQ(predict_ones(model, pair, {dual(false, 2.0, 5)}).denoised, 3 + 3 * (8 - 3) + 2 * (5 - 8));
  using Asked = std::vector<std::pair<std::int64_t, bool>>;
  EXPECT_EQ(model->asked, (Asked{{8, false}, {3, true}, {5, false}}));
  EXPECT_EQ(model->calls, 1);
}

TEST(ASecondPrompt, NeedsNoNegativeAtCfg1) {
  const auto model = std::make_shared<ByLabel>();
  const Guidance pair = cfg_guidance(second_label(8), second_label(3), 1.0);
  EXPECT_EQ(predict_ones(model, pair, {dual(false, 2.0, 5)}).denoised, 8 + 2 * (5 - 8));
  EXPECT_EQ(model->asked.size(), 2U);
}

// Numbers that float32 has exactly.
TEST(TheGuiderDualCfg, IsTheSumOfDualGuidanceInBothStyles) {
  const double cfg_conds = 5.0, cfg_cond2_negative = 3.0;
  for (const bool nested : {false, true}) {
    const auto model = std::make_shared<ByLabel>();
    const Guidance sum = dual_guidance(second_label(8), second_label(5), second_label(2), cfg_conds,
                                       cfg_cond2_negative, nested);
    const Guidance pair = nested ? cfg_guidance(second_label(8), second_label(5), cfg_conds)
                                 : cfg_guidance(second_label(5), second_label(2), cfg_cond2_negative);
    const ModelGuider outer = nested ? dual(true, cfg_cond2_negative, 2) : dual(false, cfg_conds, 8);
    const OfOnes expected = predict_ones(model, sum, {}, /*split=*/true);
    const OfOnes got = predict_ones(model, pair, {{"cfg", {}}, outer}, /*split=*/true);
    EXPECT_EQ(got.denoised, expected.denoised);
    // What CFG++ renoises with is the negative in both.
    EXPECT_EQ(got.unconditional, 2.0);
    EXPECT_EQ(expected.unconditional, 2.0);
  }
}

}  // namespace
}  // namespace ksampler
