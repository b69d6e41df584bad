// A UNet as a denoiser: the same as diffusers' prediction, put into the formula of its
// parameterization.
#include "host/model/denoise/batched_denoiser.hpp"

#include "host/base/error.hpp"
#include "host/model/load/load_model.hpp"
#include "tests/model/model_file.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <cmath>

namespace ksampler {
namespace {

using test::case_tensor;
using test::kFloat32;
using test::relative_difference;

class DenoiserOfAUnet : public ::testing::Test {
 protected:
  static Model found(const std::string& name) {
    return find_model(open_model_file(test::network_file(name)), at::kCPU, at::kFloat).value;
  }
  static std::shared_ptr<const Denoiser> load(const std::string& name) {
    return test::denoiser_of(found(name));
  }
  static at::Tensor denoised(const Denoiser& model, const at::Tensor& x, double sigma,
                             const Conditioning& conditioning) {
    at::Tensor result = at::empty_like(x);
    const DenoiseRequest request{&x, &conditioning, &result};
    model.denoise({&request, 1}, sigma);
    return result;
  }
  // The conditioning of the case "odd".
  static Conditioning conditioning_of(const std::string& name) {
    Conditioning conditioning;
    conditioning.embedding = case_tensor(name, "odd.context");
    if (test::has_case_tensor(name, "odd.pooled")) {
      conditioning.pooled = case_tensor(name, "odd.pooled");
      conditioning.size = SizeConditioning{
          .width = 96, .height = 64, .crop_w = 8, .crop_h = 0, .target_width = 96, .target_height = 64};
    }
    return conditioning;
  }
  static Conditioning text(const at::Tensor& embedding) {
    Conditioning conditioning;
    conditioning.embedding = embedding;
    return conditioning;
  }

  c10::InferenceMode inference_;
};

// The case is at timestep 999, where sigma is sqrt((1 - abar) / abar) of SD's last noise level.
TEST_F(DenoiserOfAUnet, TakesTheNoiseThatTheNetworkPredictsAway) {
  for (const std::string name : {"sd1_unet", "sdxl_unet", "refiner_unet"}) {
    const auto model = load(name);
    const double sigma = model->sampling().sigma(999);
    const at::Tensor x = case_tensor(name, "odd.x") * std::sqrt(sigma * sigma + 1.0);
    const at::Tensor expected = x - sigma * case_tensor(name, "odd.out");
    EXPECT_LT(relative_difference(denoised(*model, x, sigma, conditioning_of(name)), expected),
              kFloat32)
        << name;
  }
}

TEST_F(DenoiserOfAUnet, TakesAVelocityForWhatItIs) {
  const auto model = load("sd2_unet");
  EXPECT_EQ(model->sampling().prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  const double sigma = model->sampling().sigma(999);
  const double square = sigma * sigma + 1.0;
  const at::Tensor x = case_tensor("sd2_unet", "odd.x") * std::sqrt(square);
  const at::Tensor expected =
      x / square - case_tensor("sd2_unet", "odd.out") * (sigma / std::sqrt(square));
  EXPECT_LT(relative_difference(denoised(*model, x, sigma, conditioning_of("sd2_unet")), expected),
            kFloat32);
}

TEST_F(DenoiserOfAUnet, AnswersRequestsTogetherAsItAnswersThemAlone) {
  const auto model = load("sd1_unet");
  const at::Tensor x = at::randn({2, 4, 8, 6}) * 5.0;
  // Of 6 and 9 tokens: 18 are a batch. 7 against 6 would be 42, and so are a batch of their own.
  Conditioning weakened = text(at::randn({1, 9, 24}));
  weakened.perturbed = true;  // its rows are the last of the batch, wherever it is asked for
  const Conditioning conditionings[] = {weakened, text(at::randn({1, 6, 24})),
                                        text(at::randn({1, 9, 24})), text(at::randn({1, 7, 24}))};
  at::Tensor together[4];
  std::vector<DenoiseRequest> requests;
  for (int i = 0; i < 4; ++i) {
    together[i] = at::empty_like(x);
    requests.push_back({&x, &conditionings[i], &together[i]});
  }
  model->denoise(requests, 5.0);
  for (int i = 0; i < 4; ++i) {
    // Attention over repeated tokens sums the same terms in another order.
    EXPECT_LT(relative_difference(together[i], denoised(*model, x, 5.0, conditionings[i])), kFloat32)
        << i;
  }
}

TEST_F(DenoiserOfAUnet, CanBeWeakenedAsATransformerCannot) {
  EXPECT_TRUE(load("sdxl_unet")->perturbs());
  EXPECT_FALSE(load("z_image")->perturbs());
}

TEST_F(DenoiserOfAUnet, TellsTheRefinerThatANegativeIsUgly) {
  const auto model = load("refiner_unet");
  const at::Tensor x = case_tensor("refiner_unet", "odd.x");
  Conditioning conditioning = conditioning_of("refiner_unet");
  const at::Tensor positive = denoised(*model, x, 2.0, conditioning);
  conditioning.negative = true;
  EXPECT_GT(relative_difference(denoised(*model, x, 2.0, conditioning), positive), 1e-3);
  // The scores of ComfyUI's nodes, after the picture's size and where it was cropped.
  EXPECT_EQ(kSdxlRefiner.numbers({.negative = true}, {.height = 64, .width = 96}),
            (std::vector<double>{64, 96, 0, 0, 2.5}));
  EXPECT_EQ(kSdxlRefiner.numbers({}, {.height = 64, .width = 96}),
            (std::vector<double>{64, 96, 0, 0, 6}));
  // One that the conditioning says holds for both.
  const Conditioning told{.size = SizeConditioning{.width = 80, .height = 40, .aesthetic_score = 3.5},
                          .negative = true};
  EXPECT_EQ(kSdxlRefiner.numbers(told, {.height = 64, .width = 96}),
            (std::vector<double>{40, 80, 0, 0, 3.5}));
}

TEST_F(DenoiserOfAUnet, TakesTheLatentsSizeWhereNoneIsGiven) {
  const auto model = load("sdxl_unet");
  const at::Tensor x = case_tensor("sdxl_unet", "odd.x");  // 9 by 6 cells
  Conditioning conditioning = conditioning_of("sdxl_unet");
  conditioning.size = SizeConditioning{
      .width = 48, .height = 72, .crop_w = 0, .crop_h = 0, .target_width = 48, .target_height = 72};
  const at::Tensor given = denoised(*model, x, 2.0, conditioning);
  conditioning.size.reset();
  EXPECT_TRUE(denoised(*model, x, 2.0, conditioning).equal(given));
}

TEST_F(DenoiserOfAUnet, CanBeOfAnotherParameterization) {
  const auto model = load("sd1_unet");
  const at::Tensor x = at::randn({1, 4, 8, 8});
  const Conditioning conditioning = conditioning_of("sd1_unet");
  const auto flow = test::denoiser_of(with_sampling(found("sd1_unet"), ModelSampling::flow(3.0)));
  EXPECT_TRUE(flow->sampling().is_flow());
  EXPECT_FALSE(model->sampling().is_flow());
  EXPECT_FALSE(denoised(*flow, x, 0.5, conditioning).equal(denoised(*model, x, 0.5, conditioning)));
  EXPECT_EQ(test::error_text([&] { with_sampling(found("sd1_unet"), ModelSampling::cosmos_flow()); }),
            "a UNet cannot be a flow whose noise is added: expected eps, v, x0, edm or flow");
}

TEST_F(DenoiserOfAUnet, HasTheScaleOfItsAutoencodersLatents) {
  EXPECT_EQ(load("sd1_unet")->latents().scale, 0.18215);
  EXPECT_EQ(load("sd2_unet")->latents().scale, 0.18215);
  EXPECT_EQ(load("sdxl_unet")->latents().scale, 0.13025);
  EXPECT_EQ(load("refiner_unet")->latents().scale, 0.13025);
}

TEST_F(DenoiserOfAUnet, SaysWhatIsMissingInAConditioning) {
  const at::Tensor x = at::zeros({1, 4, 8, 8});
  EXPECT_EQ(test::error_text([&] { denoised(*load("sd1_unet"), x, 1.0, {}); }),
            "this model is guided by text, and the conditioning has none: expected one from a "
            "CLIPTextEncode node");
  EXPECT_EQ(
      test::error_text([&] {
        denoised(*load("sd1_unet"), x, 1.0, text(at::zeros({1, 77, 768})));
      }),
      "the text's embedding is 768 wide, and the model takes 24: expected the text encoder of the same "
      "checkpoint");
  EXPECT_EQ(
      test::error_text([&] {
        denoised(*load("sdxl_unet"), x, 1.0, text(at::zeros({1, 77, 48})));
      }),
      "this model takes a pooled text of width 32, and the conditioning has none: expected the text "
      "encoders of the same checkpoint");
  EXPECT_EQ(
      test::error_text([&] {
        load("sd1_unet")->check_shape({1, 16, 8, 8});
      }),
      "this model's latents have 4 channels; the latent has 16: it was encoded for another model");
}

TEST_F(DenoiserOfAUnet, SaysThatItCannotLookAtSomeTokensMore) {
  Conditioning conditioning = conditioning_of("sd1_unet");
  conditioning.biases = {{.first = 0, .count = 1, .bias = 1.0}};
  EXPECT_EQ(test::error_text([&] {
              denoised(*load("sd1_unet"), at::zeros({1, 4, 8, 8}), 1.0, conditioning);
            }),
            "this model cannot look at some tokens more than at others, which StyleModelApply with "
            "'attn_bias' asks for: expected Flux.1, or 'multiply'");
}

TEST_F(DenoiserOfAUnet, IsOfThePredictionThatItsFileNames) {
  const test::TemporaryFolder folder;
  const auto prediction = [&](const test::ModelFile& model) {
    model.write(folder / "model.safetensors");
    return find_model(open_model_file(folder / "model.safetensors"), at::kCPU, at::kFloat)
        .value.sampling;
  };
  test::ModelFile model = test::ModelFile().add("sdxl_unet");
  EXPECT_EQ(prediction(model).prediction(), static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  model.tensors["v_pred"] = at::zeros({1});
  EXPECT_EQ(prediction(model).prediction(), static_cast<std::uint32_t>(KS_PREDICTION_V));
  EXPECT_LT(prediction(model).sigma_max(), 15.0);
  model.tensors["ztsnr"] = at::zeros({1});
  EXPECT_GT(prediction(model).sigma_max(), 4000.0);
  model.metadata["ksampler.prediction"] = "x0";
  EXPECT_EQ(prediction(model).prediction(), static_cast<std::uint32_t>(KS_PREDICTION_X0));
}

}  // namespace
}  // namespace ksampler
