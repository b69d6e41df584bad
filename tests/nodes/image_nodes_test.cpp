// LoadImage, ImageScale and PreviewImage in pipeline files.
#include "host/base/error.hpp"
#include "host/files/png.hpp"
#include "host/files/safetensors.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/equal.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;
using test::TemporaryFolder;

const std::string kPictures = TEST_DATA "/pictures/";

std::vector<Value> loaded(const std::string& file) {
  return NodeCase{"LoadImage", {{"image", kPictures + file}}, {}, {}}.run();
}

TEST(LoadImage, GivesValuesFromZeroToOne) {
  const auto image = std::any_cast<ImageValue>(loaded("rgba8.png").at(0));
  ASSERT_EQ(image.sizes(), (std::vector<std::int64_t>{1, 3, 5, 3}));
  EXPECT_EQ(image[0][2][3][0].item<float>(), 120.0f / 255.0f);  // 40 x
  EXPECT_EQ(image[0][2][3][1].item<float>(), 200.0f / 255.0f);  // 100 y
  EXPECT_EQ(image[0][2][3][2].item<float>(), 105.0f / 255.0f);  // 255 - 50 x
}

TEST(LoadImage, MasksWhatIsTransparent) {
  const auto mask = std::any_cast<MaskValue>(loaded("rgba8.png").at(1));
  ASSERT_EQ(mask.sizes(), (std::vector<std::int64_t>{1, 3, 5}));
  EXPECT_EQ(mask[0][0][0].item<float>(), 1.0f);
  EXPECT_EQ(mask[0][1][2].item<float>(), 1.0f - 180.0f / 255.0f);
  const auto opaque = std::any_cast<MaskValue>(loaded("rgb8.png").at(1));
  EXPECT_EQ(opaque.abs().max().item<float>(), 0.0f);
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
                      ": is no picture; a PNG or a JPEG is wanted (node 'in' (LoadImage), " +
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
  const auto file = SafetensorsFile::open(outcome.files.at(0));
  EXPECT_EQ(file->tensor("latent_tensor").shape, (std::vector<std::int64_t>{1, 4, 16, 16}));
}

}  // namespace
}  // namespace ksampler
