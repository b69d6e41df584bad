// LoadImage, ImageScale, PreviewImage, and masks of files.
#include "host/base/error.hpp"
#include "host/files/output.hpp"
#include "host/files/png.hpp"
#include "host/files/safetensors.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;
using test::TemporaryFolder;

const std::string kPictures = TEST_DATA "/pictures/";

std::vector<Value> loaded_picture(const std::string& file) {
  return NodeCase{"LoadImage", {{"image", kPictures + file}}, {}, {}}.run();
}

TEST(LoadImage, GivesValuesFromZeroToOne) {
  const auto image = std::any_cast<ImageValue>(loaded_picture("rgba8.png").at(0));
  ASSERT_EQ(image.sizes(), (std::vector<std::int64_t>{1, 3, 5, 3}));
  EXPECT_EQ(image[0][2][3][0].item<float>(), 120.0f / 255.0f);  // 40 x
  EXPECT_EQ(image[0][2][3][1].item<float>(), 200.0f / 255.0f);  // 100 y
  EXPECT_EQ(image[0][2][3][2].item<float>(), 105.0f / 255.0f);  // 255 - 50 x
}

TEST(LoadImage, MasksWhatIsTransparent) {
  const auto mask = std::any_cast<MaskValue>(loaded_picture("rgba8.png").at(1));
  ASSERT_EQ(mask.sizes(), (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(mask[0][0][0].item<float>(), 1.0f);
  EXPECT_EQ(mask[0][1][2].item<float>(), 1.0f - 180.0f / 255.0f);
  const auto opaque = std::any_cast<MaskValue>(loaded_picture("rgb8.png").at(1));
  EXPECT_EQ(opaque.abs().max().item<float>(), 0.0f);
}

TEST(LoadImage, GivesTheFramesOfAnAnimationAsABatch) {
  const std::vector<Value> values = loaded_picture("moving_alpha.webp");
  const auto image = std::any_cast<ImageValue>(values.at(0));
  const auto mask = std::any_cast<MaskValue>(values.at(1));
  ASSERT_EQ(image.sizes(), (std::vector<std::int64_t>{4, 14, 20, 3}));
  ASSERT_EQ(mask.sizes(), (std::vector<std::int64_t>{4, 14, 20}));
  for (int frame = 0; frame < 4; ++frame) {
    const auto alone = loaded_picture("moving_alpha.webp." + std::to_string(frame) + ".png");
    EXPECT_TRUE(at::equal(image[frame], std::any_cast<ImageValue>(alone.at(0))[0])) << frame;
    EXPECT_TRUE(at::equal(mask[frame], std::any_cast<MaskValue>(alone.at(1))[0])) << frame;
  }
}

TEST(LoadImage, WarnsOfWhatIsWrongWithAPictureThatItReads) {
  NodeCase node{"LoadImage", {{"image", kPictures + "extraneous.jpg"}}, {}, {}};
  node.run();
  ASSERT_EQ(node.warnings.size(), 1u);
  EXPECT_EQ(node.warnings[0], kPictures +
                                  "extraneous.jpg: is read, though libjpeg says: Corrupt JPEG "
                                  "data: 3 extraneous bytes before marker 0xda");
}

at::Tensor mask_of(const std::string& file, const std::string& channel) {
  NodeCase node{"LoadImageMask", {{"image", kPictures + file}, {"channel", channel}}, {}, {}};
  return std::any_cast<MaskValue>(node.run().at(0));
}

TEST(LoadImageMask, TakesAChannel) {
  const auto all = loaded_picture("rgba8.png");
  const auto image = std::any_cast<ImageValue>(all.at(0));
  EXPECT_TRUE(at::equal(mask_of("rgba8.png", "red"), image.select(3, 0)));
  EXPECT_TRUE(at::equal(mask_of("rgba8.png", "green"), image.select(3, 1)));
  EXPECT_TRUE(at::equal(mask_of("rgba8.png", "blue"), image.select(3, 2)));
  EXPECT_TRUE(at::equal(mask_of("rgba8.png", "alpha"), std::any_cast<MaskValue>(all.at(1))));
  EXPECT_EQ(mask_of("moving.webp", "red").sizes(), (std::vector<std::int64_t>{1, 14, 20}));
}

TEST(LoadImageMask, WarnsWhereThereIsNoAlpha) {
  NodeCase node{
      "LoadImageMask", {{"image", kPictures + "rgb8.png"}, {"channel", std::string("alpha")}}, {}, {}};
  const auto mask = std::any_cast<MaskValue>(node.run().at(0));
  EXPECT_EQ(mask.abs().max().item<float>(), 0.0f);
  ASSERT_EQ(node.warnings.size(), 1u);
  EXPECT_NE(node.warnings[0].find("has no alpha"), std::string::npos) << node.warnings[0];
}

TEST(ImageToMask, TakesAChannelOfEachImage) {
  const auto image = std::any_cast<ImageValue>(loaded_picture("moving.webp").at(0));
  NodeCase node{"ImageToMask", {{"channel", std::string("blue")}}, {{"image", ImageValue(image)}}, {}};
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(node.run().at(0)), image.select(3, 2)));
}

TEST(InvertMask, IsOneWhereItWasZero) {
  const at::Tensor mask = mask_of("rgba8.png", "green");
  NodeCase node{"InvertMask", {}, {{"mask", MaskValue(mask)}}, {}};
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(node.run().at(0)), 1.0 - mask));
}

TEST(NoiseMask, IsWarnedOfWhereItIsZeroEverywhere) {
  const at::Tensor zero = at::zeros({1, 8, 8});
  for (const at::Tensor& mask : {zero, zero + 0.5}) {
    NodeCase node{"SetLatentNoiseMask",
                  {},
                  {{"samples", latent_of(at::zeros({1, 4, 8, 8}))}, {"mask", MaskValue(mask)}},
                  {}};
    node.run();
    EXPECT_EQ(node.warnings.size(), mask.max().item<float>() > 0 ? 0u : 1u);
  }
}

class MaskOfAFile : public testing::Test {
 protected:
  // What LoadMask makes of a tensor in a file.
  at::Tensor load(const at::Tensor& tensor) {
    const auto file = folder_ / "mask.safetensors";
    write_whole(file, safetensors_bytes({{"mask", view_of(tensor)}}, {}));
    NodeCase node{"LoadMask", {{"file", file.string()}, {"tensor", std::string("mask")}}, {}, {}};
    const auto mask = std::any_cast<MaskValue>(node.run().at(0));
    warnings_ = node.warnings;
    return mask;
  }
  std::string refusal(const at::Tensor& tensor) {
    const std::string text = error_text([&] { load(tensor); });
    const std::string prefix = (folder_ / "mask.safetensors").string() + ": tensor 'mask' is no mask: ";
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  }

  TemporaryFolder folder_;
  std::vector<std::string> warnings_;
};

TEST_F(MaskOfAFile, GoesFromZeroToOneWhateverItsType) {
  EXPECT_EQ(load(at::full({2, 3}, 255, at::kByte)).min().item<float>(), 1.0f);
  EXPECT_EQ(load(at::full({2, 3}, 51, at::kByte)).max().item<float>(), 51 / 255.0f);
  EXPECT_EQ(load(at::full({2, 3}, 1, at::kBool)).min().item<float>(), 1.0f);
  EXPECT_EQ(load(at::full({2, 3}, 1, at::kLong)).min().item<float>(), 1.0f);
  EXPECT_EQ(load(at::full({2, 3}, 0.25, at::kHalf)).max().item<float>(), 0.25f);
  EXPECT_TRUE(warnings_.empty());
  EXPECT_EQ(load(at::full({2, 3}, 1.0f + 1e-7f)).max().item<float>(), 1.0f);  // a rounding
}

TEST_F(MaskOfAFile, OfU8WithZerosAndOnesIsWarnedOf) {
  load(at::ones({2, 3}, at::kByte));
  ASSERT_EQ(warnings_.size(), 1u);
  EXPECT_NE(warnings_[0].find("of type U8, in which 255 stands for 1"), std::string::npos);
}

TEST_F(MaskOfAFile, IsRefusedBeyondThat) {
  EXPECT_EQ(refusal(at::full({2, 3}, 7.5)),
            "its values go from 7.5 to 7.5; expected 0 to 1 (of type U8: 0 to 255)");
  EXPECT_EQ(refusal(at::full({2, 3}, -0.5)),
            "its values go from -0.5 to -0.5; expected 0 to 1 (of type U8: 0 to 255)");
  EXPECT_EQ(refusal(at::full({2, 3}, 255, at::kInt)),
            "its values go from 255 to 255; expected 0 to 1 (of type U8: 0 to 255)");
  EXPECT_EQ(refusal(at::full({2, 3}, NAN)), "it holds NaN or infinity; expected values from 0 to 1");
  EXPECT_EQ(refusal(at::full({2, 3}, INFINITY)),
            "it holds NaN or infinity; expected values from 0 to 1");
  EXPECT_EQ(refusal(at::zeros({0, 8})), "its shape is [0, 8], which has no values; expected some");
  EXPECT_EQ(refusal(at::zeros({8})),
            "its shape is [8]; expected [height, width], [batch, height, width] or [batch, 1, height, "
            "width]");
}

TEST_F(MaskOfAFile, OfALatentIsCheckedToo) {
  const auto file = folder_ / "a.latent";
  const at::Tensor samples = at::zeros({1, 4, 8, 8});
  const at::Tensor mask = at::full({8, 8}, 7.5);
  write_whole(file, safetensors_bytes(
                        {{"latent_tensor", view_of(samples)}, {"noise_mask", view_of(mask)}}, {}));
  EXPECT_EQ(
      error_text([&] {
        NodeCase{"LoadLatent", {{"latent", file.string()}}, {}, {}}.run();
      }),
      file.string() +
          ": tensor 'noise_mask' is no mask: its values go from 7.5 to 7.5; expected 0 to 1 (of type "
          "U8: 0 to 255)");
}

TEST(LoadImage, IsWhatSaveImageWrote) {
  const TemporaryFolder folder;
  const std::string text = "nodes:\n  in: { type: LoadImage, image: " + kPictures +
                           "rgb8.png }\n  out: { type: SaveImage, images: $in.image }\n";
  const Outcome outcome = run_pipeline_text(text, folder.path());
  const Picture picture = read_png(outcome.files.at(0));
  EXPECT_EQ(picture.rgba, read_png(kPictures + "rgb8.png").rgba);
  EXPECT_EQ(picture.text.at("pipeline"), text);
}

TEST(PreviewImage, WritesToAFolderOfItsOwn) {
  const TemporaryFolder folder;
  const std::string text = "nodes:\n  in: { type: LoadImage, image: " + kPictures +
                           "rgb8.png }\n  half: { type: ImageScale, image: $in, width: 2, height: 0, "
                           "upscale_method: lanczos }\n  show: { type: PreviewImage, images: $half }\n";
  const Outcome outcome = run_pipeline_text(text, folder.path());
  ASSERT_EQ(outcome.files.size(), 1u);
  EXPECT_EQ(outcome.files[0], folder / "preview/preview_00001_.png");
  const Picture picture = read_png(outcome.files[0]);
  EXPECT_EQ(picture.width, 2u);
  EXPECT_EQ(picture.height, 1u);
}

TEST(LoadImage, NamesAFileThatIsNoPicture) {
  const TemporaryFolder folder;
  test::write_text(folder / "not.png", "hello");
  const std::string text = error_text([&] {
    run_pipeline_text(
        "nodes:\n  in: { type: LoadImage, image: not.png }\n  out: { type: SaveImage, images: $in }\n",
        folder.path());
  });
  EXPECT_EQ(text, (folder / "not.png").string() +
                      ": is no picture; a PNG, JPEG, WebP or BMP is wanted (node 'in' (LoadImage), " +
                      (folder / "pipeline.yaml").string() + ":2)");
}

TEST(LoadImage, NamesAPictureThatIsCutShort) {
  const TemporaryFolder folder;
  test::write_text(folder / "cut.png", test::read_text(kPictures + "rgb8.png").substr(0, 60));
  const std::string text = error_text([&] {
    run_pipeline_text(
        "nodes:\n  in: { type: LoadImage, image: cut.png }\n  out: { type: SaveImage, images: $in }\n",
        folder.path());
  });
  EXPECT_EQ(
      text,
      (folder / "cut.png").string() +
          ": is no whole PNG: the file ends in the middle of the picture (node 'in' (LoadImage), " +
          (folder / "pipeline.yaml").string() + ":2)");
}

TEST(SetNode, LeadsToGetNode) {
  const TemporaryFolder folder;
  const std::string text =
      "nodes:\n  show: { type: SaveImage, images: $get }\n  get: { type: GetNode, "
      "name: the picture }\n  in: { type: LoadImage, image: " +
      kPictures +
      "rgb8.png }\n  knot: { type: Reroute, value: $in.image }\n  set: { type: "
      "SetNode, name: the picture, value: $knot }\n";
  const Outcome outcome = run_pipeline_text(text, folder.path());
  EXPECT_EQ(read_png(outcome.files.at(0)).rgba, read_png(kPictures + "rgb8.png").rgba);
}

// As in the "hires fix": sampled, resized, and sampled again. (This model takes one size only.)
TEST(LatentUpscaleBy, StandsBetweenTwoSamplers) {
  const TemporaryFolder folder;
  const Outcome outcome = run_pipeline_text(R"(
nodes:
  model: { type: ToyDenoiser, file: )" TEST_DATA R"(/parity/model.safetensors, denoiser: mixture,
           parameterization: eps }
  one: { type: ToyConditioning, label: 1 }
  canvas: { type: EmptyLatentImage, width: 128, height: 128, batch_size: 3 }
  base: { type: KSampler, model: $model, positive: $one, negative: $one, latent_image: $canvas, seed: 7,
          steps: 4, cfg: 1.0, sampler_name: euler, scheduler: karras }
  third: { type: LatentFromBatch, samples: $base, batch_index: 2 }
  small: { type: LatentUpscaleBy, samples: $third, upscale_method: area, scale_by: 0.5 }
  big: { type: LatentUpscaleBy, samples: $small, upscale_method: bislerp, scale_by: 2.0 }
  fine: { type: KSampler, model: $model, positive: $one, negative: $one, latent_image: $big, seed: 7,
          steps: 4, cfg: 1.0, denoise: 0.5, sampler_name: euler, scheduler: karras }
  save: { type: SaveLatent, samples: $fine }
)",
                                            folder.path());
  EXPECT_TRUE(outcome.warnings.empty());
  const auto file = TensorFile::open(outcome.files.at(0));
  EXPECT_EQ(file->tensor("latent_tensor").shape, (std::vector<std::int64_t>{1, 4, 16, 16}));
}

}  // namespace
}  // namespace ksampler
