// CLIP's and SigLIP's vision, and Redux, small, against what transformers, diffusers and ComfyUI
// compute (tests/model/reference/make_vision.py).
#include "host/model/load/load_vision.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/zeros.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::case_tensor;
using test::kFloat32;

class ClipVisionOfAKind : public ::testing::TestWithParam<const char*> {};

// ViT-L's GELU and that of OpenCLIP's, which many layers show. Wide pictures, of which the middle is
// seen.
TEST_P(ClipVisionOfAKind, SeesWhatTransformersSees) {
  const c10::InferenceMode inference;
  const std::string name = GetParam();
  const Weights weights = test::network_weights(name);
  const ClipVision vision(weights);
  EXPECT_FALSE(vision.is_siglip());
  EXPECT_EQ(vision.side(), 28);
  const ClipVisionOutput seen = vision(case_tensor(name, "pictures"), /*crop=*/true);
  EXPECT_LT(test::relative_difference(seen.last_hidden, case_tensor(name, "last")), kFloat32);
  EXPECT_LT(test::relative_difference(seen.penultimate, case_tensor(name, "penultimate")), kFloat32);
  EXPECT_LT(test::relative_difference(seen.image_embeds, case_tensor(name, "embeds")), kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

INSTANTIATE_TEST_SUITE_P(Small, ClipVisionOfAKind, ::testing::Values("clip_vision_l", "clip_vision_h"),
                         [](const auto& each) { return std::string(each.param); });

TEST(ClipVision, PreparesPicturesAsComfyUiDoes) {
  const ClipVision vision(test::network_weights("clip_vision_l"));
  const at::Tensor ours = vision.prepared(case_tensor("clip_vision_l", "pictures"), /*crop=*/true);
  // Rounded to 8 bits, and divided by deviations of 0.26: one level more or less would be 0.015.
  EXPECT_LT((ours - case_tensor("clip_vision_l", "cropped")).abs().max().item<double>(), 1e-5);
}

TEST(ClipVision, SeesNothingOfAlpha) {
  const ClipVision vision(test::network_weights("clip_vision_l"));
  const at::Tensor pictures = case_tensor("clip_vision_l", "pictures");
  const at::Tensor alpha = at::zeros({2, 30, 57, 1});
  EXPECT_TRUE(
      vision.prepared(at::cat({pictures, alpha}, 3), true).equal(vision.prepared(pictures, true)));
}

// All of a picture, stretched to 384 pixels, of which 27 patches of 14 leave six out.
TEST(SiglipVision, SeesWhatTransformersSees) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("siglip_vision");
  const ClipVision vision(weights);
  EXPECT_TRUE(vision.is_siglip());
  EXPECT_EQ(vision.side(), 384);
  const ClipVisionOutput seen = vision(case_tensor("siglip_vision", "pictures"), /*crop=*/false);
  EXPECT_EQ(seen.last_hidden.sizes(), at::IntArrayRef({1, 729, 32}));
  const auto rows = [](const at::Tensor& of) { return of.slice(1, 0, std::nullopt, 37); };
  EXPECT_LT(test::relative_difference(rows(seen.last_hidden), case_tensor("siglip_vision", "last")),
            kFloat32);
  EXPECT_LT(
      test::relative_difference(rows(seen.penultimate), case_tensor("siglip_vision", "penultimate")),
      kFloat32);
  EXPECT_TRUE(seen.image_embeds.equal(seen.last_hidden));
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

TEST(Redux, MakesTheTokensThatDiffusersMakes) {
  const c10::InferenceMode inference;
  const Weights weights = test::network_weights("redux");
  const StyleModel redux(weights);
  EXPECT_LT(
      test::relative_difference(redux(case_tensor("redux", "seen")), case_tensor("redux", "tokens")),
      kFloat32);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
  EXPECT_EQ(test::error_text([&] {
              redux(at::zeros({1, 5, 24}));
            }),
            "the picture was seen by a vision model 24 wide, and the style model takes 32: expected "
            "SigLIP's, sigclip_vision_patch14_384");
}

class BadVision : public ::testing::Test {
 protected:
  std::string of_vision(const test::ModelFile& model) {
    model.write(path_);
    return without_name([&] { find_clip_vision(TensorFile::open(path_), at::kCPU); });
  }
  std::string of_style(const test::ModelFile& model) {
    model.write(path_);
    return without_name([&] { find_style_model(TensorFile::open(path_), at::kCPU); });
  }

 private:
  template <typename Find>
  std::string without_name(const Find& find) const {
    const std::string text = test::error_text(find);
    const std::string name = path_.string() + ": ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

TEST_F(BadVision, WithoutOneSaysWhatItHolds) {
  EXPECT_EQ(of_vision(test::network("redux")),
            "no vision model in this file: no tensor's name begins with 'vision_model.', as CLIP's and "
            "SigLIP's of transformers do; its first tensor is 'redux_down.bias'");
  EXPECT_TRUE(of_style(test::network("siglip_vision"))
                  .starts_with("no style model in this file: expected Flux.1 Redux, with a tensor "
                               "'redux_up.weight'; its first tensor is "));
}

TEST_F(BadVision, OfPlacesThatAreNoSquareIsNamed) {
  test::ModelFile model = test::network("clip_vision_l");
  model.tensors["vision_model.embeddings.position_embedding.weight"] = at::zeros({16, 32});
  EXPECT_EQ(
      of_vision(model),
      "tensor 'vision_model.embeddings.position_embedding.weight' has 16 rows; expected the places "
      "of a square, and one more");
}

TEST_F(BadVision, OfHeadsThatDoNotDivideItsWidthIsNamed) {
  test::ModelFile model = test::network("clip_vision_l");
  model.tensors["vision_model.embeddings.patch_embedding.weight"] = at::zeros({30, 3, 7, 7});
  EXPECT_EQ(of_vision(model),
            "the vision model is 30 wide; expected a multiple of 16, the number of its heads");
}

TEST_F(BadVision, WithoutALayersTensorNamesIt) {
  test::ModelFile model = test::network("clip_vision_l");
  model.without("vision_model.encoder.layers.2.mlp.fc2.bias");
  EXPECT_EQ(of_vision(model),
            "tensor 'vision_model.encoder.layers.2.mlp.fc2.bias' is missing; the nearest name that is "
            "there is "
            "'vision_model.encoder.layers.0.mlp.fc2.bias'");
}

TEST_F(BadVision, OfSd1sStyleModelIsToldToBeThat) {
  test::ModelFile model;
  model.tensors["style_embedding"] = at::zeros({1, 8, 1024});
  EXPECT_EQ(of_style(model),
            "this is T2I-Adapter's style model for SD 1, which is not known; expected Flux.1 Redux");
}

// And not of how those behind them and they themselves do.
TEST(TokenBias, IsOfHowTheTextBeforeAndThePictureLookAtTokens) {
  const auto bias = attention_bias({{.first = 1, .count = 2, .bias = -3.0}}, 4, 6, at::kFloat);
  ASSERT_TRUE(bias.has_value());
  at::Tensor expected = at::zeros({1, 1, 6, 6});
  for (const std::int64_t looking : {0, 4, 5}) {
    expected.select(2, looking).narrow(2, 1, 2).fill_(-3.0);
  }
  EXPECT_TRUE(bias->equal(expected));
  EXPECT_FALSE(attention_bias({}, 4, 6, at::kFloat).has_value());
}

}  // namespace
}  // namespace ksampler
