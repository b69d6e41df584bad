// What of a file tells its family, and what it says that its network predicts.
#include "host/model/family/family.hpp"

#include "host/model/load/load_model.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

using test::ModelFile;

const std::string kMiddle = "model.diffusion_model.middle_block.";

class FamilyOfAFile : public ::testing::Test {
 protected:
  Found<Model> found(const ModelFile& model) {
    model.write(folder_ / "model.safetensors");
    return find_model(open_model_file(folder_ / "model.safetensors"), at::kCPU, at::kFloat);
  }
  std::uint32_t prediction(const std::string& key, const std::string& said, std::size_t notes = 0) {
    ModelFile model = ModelFile().add("sdxl_unet");
    model.metadata.erase("modelspec.prediction_type");
    model.metadata[key] = said;
    const Found<Model> result = found(model);
    EXPECT_EQ(result.notes.size(), notes) << said;
    return result.value.sampling.prediction();
  }
  at::Tensor denoised(const ModelFile& model) {
    Conditioning conditioning;
    conditioning.embedding = test::case_tensor("sdxl_unet", "odd.context");
    conditioning.pooled = test::case_tensor("sdxl_unet", "odd.pooled");
    const at::Tensor x = test::case_tensor("sdxl_unet", "odd.x");
    at::Tensor result = at::empty_like(x);
    const DenoiseRequest request{&x, &conditioning, &result};
    test::denoiser_of(found(model).value)->denoise({&request, 1}, 2.0);
    return result;
  }

  c10::InferenceMode inference_;
  test::TemporaryFolder folder_;
};

TEST_F(FamilyOfAFile, SaysWhatItPredictsInTheSpellingsThatAreFoundInFiles) {
  for (const char* key : {"modelspec.prediction_type", "modelspec.predict_key"}) {
    for (const char* v : {"v", "V", "v_prediction", "v-prediction", "vpred", "v_pred", "velocity"}) {
      EXPECT_EQ(prediction(key, v), static_cast<std::uint32_t>(KS_PREDICTION_V)) << v;
    }
    for (const char* eps : {"epsilon", "Epsilon", "eps", "noise"}) {
      EXPECT_EQ(prediction(key, eps), static_cast<std::uint32_t>(KS_PREDICTION_EPS)) << eps;
    }
    EXPECT_EQ(prediction(key, "sample"), static_cast<std::uint32_t>(KS_PREDICTION_X0));
  }
}

TEST_F(FamilyOfAFile, SaysSoWhereItNamesAPredictionThatNobodyKnows) {
  EXPECT_EQ(prediction("modelspec.prediction_type", "rectified", /*notes=*/1),
            static_cast<std::uint32_t>(KS_PREDICTION_EPS));
  ModelFile model = ModelFile().add("sdxl_unet");
  model.metadata["modelspec.prediction_type"] = "rectified";
  EXPECT_EQ(
      found(model).notes.at(0),
      "the metadata's 'modelspec.prediction_type' is 'rectified', which is not known; known are "
      "epsilon, v and x0. Taken for what its family predicts: ModelSamplingDiscrete says otherwise");
}

// SD 2 unCLIP's label is as wide as a picture's embedding and one of its noise: no sizes are in it.
TEST_F(FamilyOfAFile, IsNotSdxlForHavingALabelAlone) {
  ModelFile model = ModelFile().add("sd2_unet");
  const std::string unet = "model.diffusion_model.";
  const std::int64_t time = model.tensors.at(unet + "time_embed.0.weight").size(0);
  model.tensors[unet + "label_emb.0.0.weight"] = at::zeros({time, 6 * 256 + 16});
  model.tensors[unet + "label_emb.0.0.bias"] = at::zeros({time});
  model.tensors[unet + "label_emb.0.2.weight"] = at::zeros({time, time});
  model.tensors[unet + "label_emb.0.2.bias"] = at::zeros({time});
  const std::string text = test::error_text([&] { found(model); });
  EXPECT_NE(text.find("a UNet of unknown architecture"), std::string::npos) << text;
}

// A residual block and a transformer that add 0 are not there: what is left of the middle block in
// SSD-1B and Vega, whose files do not have them.
TEST_F(FamilyOfAFile, IsSdxlToo_WithoutAttentionInTheMiddle) {
  ModelFile whole = ModelFile().add("sdxl_unet");
  for (const std::string layer : {"1.proj_out.", "2.out_layers.3."}) {
    for (const std::string part : {"weight", "bias"}) {
      at::Tensor& tensor = whole.tensors.at(kMiddle + layer + part);
      tensor = at::zeros_like(tensor);
    }
  }
  ModelFile distilled = whole;
  distilled.without_all(kMiddle + "1.").without_all(kMiddle + "2.");
  EXPECT_EQ(found(distilled).value.source->latents().scale, 0.13025);
  EXPECT_TRUE(found(distilled).surplus.empty());
  EXPECT_TRUE(denoised(distilled).equal(denoised(whole)));
}

// KOALA 700M has no middle block at all.
TEST_F(FamilyOfAFile, IsSdxlToo_WithoutAMiddle) {
  ModelFile whole = ModelFile().add("sdxl_unet");
  for (const std::string layer : {"0.out_layers.3.", "1.proj_out.", "2.out_layers.3."}) {
    for (const std::string part : {"weight", "bias"}) {
      at::Tensor& tensor = whole.tensors.at(kMiddle + layer + part);
      tensor = at::zeros_like(tensor);
    }
  }
  ModelFile distilled = whole;
  distilled.without_all(kMiddle);
  // Not to the bit: what comes from the block before lies otherwise in memory, and is summed otherwise.
  EXPECT_LT(test::relative_difference(denoised(distilled), denoised(whole)), 1e-5);
}

// What its weights hold is read when a run starts, and said then; what they are called and shaped like,
// before.
TEST_F(FamilyOfAFile, IsFoundInItsHeaderAndLoadedWhereItIsUsed) {
  ModelFile model = ModelFile().add("sd1_unet");
  model.tensors.at(kMiddle + "0.in_layers.2.bias")[0] = std::numeric_limits<float>::quiet_NaN();
  const Model one = found(model).value;
  EXPECT_NE(test::error_text([&] { test::denoiser_of(one); }).find("holds NaN or infinity"),
            std::string::npos);
}

TEST_F(FamilyOfAFile, SharesOneNetworkAmongAllThatRunIt) {
  const Model model = found(ModelFile().add("sd1_unet")).value;
  NetworkCache cache;
  const auto first = make_denoiser(model, cache);
  const std::uint64_t one = cache.bytes(at::kCPU);
  EXPECT_GT(one, 0u);
  const auto second = make_denoiser(with_sampling(model, ModelSampling::named("v")), cache);
  EXPECT_EQ(cache.bytes(at::kCPU), one);
}

}  // namespace
}  // namespace ksampler
