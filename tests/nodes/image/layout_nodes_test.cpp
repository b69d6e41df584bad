// Nodes that lay pictures onto others, turn them, batch them and give them alpha. The values are worked
// out by hand from ComfyUI's nodes_mask.py, nodes_images.py and nodes_compositing.py.
#include "host/files/picture.hpp"
#include "tests/nodes/image/numbered_picture.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using Sizes = std::vector<std::int64_t>;

ImageValue filled(double value, std::int64_t count, std::int64_t height, std::int64_t width,
                  std::int64_t channels = 3) {
  return at::full({count, height, width, channels}, value, at::kFloat);
}

NodeCase composite(const ImageValue& destination, const ImageValue& source, std::int64_t x,
                   std::int64_t y, bool resize = false) {
  return {"ImageCompositeMasked",
          {{"x", x}, {"y", y}, {"resize_source", resize}},
          {{"destination", destination}, {"source", source}},
          {}};
}

TEST(ImageCompositeMasked, LaysOnePictureOntoAnother) {
  const ImageValue made =
      result_of<ImageValue>(composite(filled(0, 2, 3, 4), filled(1, 1, 2, 9), 2, 1));
  ASSERT_EQ(made.sizes(), (Sizes{2, 3, 4, 3}));
  EXPECT_EQ(made.sum().item<double>(), 2 * (2 * 2) * 3);
  EXPECT_TRUE(at::equal(made.narrow(1, 1, 2).narrow(2, 2, 2), filled(1, 2, 2, 2)));
}

TEST(ImageCompositeMasked, ShowsTheSourceAsFarAsTheMaskSays) {
  NodeCase node = composite(filled(0.5, 1, 1, 4), filled(1, 1, 1, 2), 1, 0);
  node.links["mask"] = MaskValue(at::tensor({0.5, 0.25}, at::kFloat).view({1, 1, 2}));
  EXPECT_TRUE(at::equal(result_of<ImageValue>(node).select(3, 1),
                        at::tensor({0.5, 0.75, 0.625, 0.5}, at::kFloat).view({1, 1, 4})));
}

TEST(ImageCompositeMasked, ResizesTheSourceWhereItIsAskedTo) {
  // float32's rounding of the weights between two pixels.
  EXPECT_TRUE(
      at::allclose(result_of<ImageValue>(composite(filled(0, 1, 3, 5), filled(1, 1, 2, 2), 0, 0, true)),
                   filled(1, 1, 3, 5), 1e-6, 0));
}

TEST(ImageCompositeMasked, GivesTheSourceTheChannelsOfTheDestination) {
  EXPECT_TRUE(
      at::equal(result_of<ImageValue>(composite(filled(0, 1, 2, 2, 4), filled(0.5, 1, 2, 2), 0, 0)),
                at::cat({filled(0.5, 1, 2, 2), filled(1, 1, 2, 2, 1)}, 3)));
  EXPECT_EQ(result_of<ImageValue>(composite(filled(0, 1, 2, 2), filled(1, 1, 2, 2, 4), 0, 0)).size(3),
            3);
}

TEST(ImageCompositeMasked, SaysThatNothingChangesOutside) {
  NodeCase node = composite(filled(0, 1, 3, 4), filled(1, 1, 2, 2), 0, 3);
  EXPECT_TRUE(at::equal(std::any_cast<ImageValue>(node.run().at(0)), filled(0, 1, 3, 4)));
  EXPECT_EQ(
      node.warnings,
      (std::vector<std::string>{"x 0, y 3 lies outside the picture of 4 x 3, and so nothing changes"}));
}

TEST(ImageRotate, TurnsClockwise) {
  const auto turned = [](const char* rotation) {
    // a b c
    // d e f
    const ImageValue image = at::arange(6, at::kFloat).view({1, 2, 3, 1}).expand({1, 2, 3, 3});
    return result_of<ImageValue>(
               {"ImageRotate", {{"rotation", std::string(rotation)}}, {{"image", image}}, {}})
        .select(3, 0);
  };
  EXPECT_TRUE(at::equal(turned("none").flatten(), at::arange(6, at::kFloat)));
  EXPECT_TRUE(
      at::equal(turned("90 degrees"), at::tensor({3, 0, 4, 1, 5, 2}, at::kFloat).view({1, 3, 2})));
  EXPECT_TRUE(
      at::equal(turned("180 degrees"), at::tensor({5, 4, 3, 2, 1, 0}, at::kFloat).view({1, 2, 3})));
  EXPECT_TRUE(
      at::equal(turned("270 degrees"), at::tensor({2, 5, 1, 4, 0, 3}, at::kFloat).view({1, 3, 2})));
}

TEST(ImageFlip, MirrorsAtTheAxisThatItNames) {
  const ImageValue image = numbered_picture(1, 2, 3);
  const auto flipped = [&](const char* method) {
    return result_of<ImageValue>(
        {"ImageFlip", {{"flip_method", std::string(method)}}, {{"image", image}}, {}});
  };
  EXPECT_TRUE(at::equal(flipped("x-axis: vertically")[0][0], image[0][1]));
  EXPECT_TRUE(at::equal(flipped("y-axis: horizontally")[0][1][2], image[0][1][0]));
}

NodeCase part(const ImageValue& image, std::int64_t index, std::int64_t length) {
  return {"ImageFromBatch", {{"batch_index", index}, {"length", length}}, {{"image", image}}, {}};
}

TEST(ImageFromBatch, TakesPicturesOut) {
  const ImageValue image = numbered_picture(4, 2, 2);
  EXPECT_TRUE(at::equal(result_of<ImageValue>(part(image, 1, 2)), image.narrow(0, 1, 2)));
  EXPECT_TRUE(at::equal(result_of<ImageValue>(part(image, 2, 9)), image.narrow(0, 2, 2)));
  EXPECT_TRUE(at::equal(result_of<ImageValue>(part(image, -1, 1)), image.narrow(0, 3, 1)));
}

TEST(ImageFromBatch, TakesThePictureAtAnEndWhereTheIndexIsPastIt) {
  const ImageValue image = numbered_picture(4, 2, 2);
  NodeCase late = part(image, 7, 1), early = part(image, -9, 1);
  EXPECT_TRUE(at::equal(std::any_cast<ImageValue>(late.run().at(0)), image.narrow(0, 3, 1)));
  EXPECT_TRUE(at::equal(std::any_cast<ImageValue>(early.run().at(0)), image.narrow(0, 0, 1)));
  EXPECT_EQ(late.warnings.at(0),
            "batch_index 7 is past the end of a batch of 4; its last item is taken");
  EXPECT_EQ(early.warnings.at(0),
            "batch_index -9 is past the end of a batch of 4; its first item is taken");
}

TEST(RepeatImageBatch, PutsCopiesBehindEachOther) {
  const ImageValue image = numbered_picture(2, 2, 2);
  EXPECT_TRUE(
      at::equal(result_of<ImageValue>(
                    {"RepeatImageBatch", {{"amount", std::int64_t{2}}}, {{"image", image}}, {}}),
                at::cat({image, image})));
}

TEST(FluxKontextImageScale, TakesTheSizeOfTheNearestRatio) {
  const auto size = [](std::int64_t height, std::int64_t width) {
    return result_of<ImageValue>({"FluxKontextImageScale",
                                  {},
                                  {{"image", ImageValue(at::rand({1, height, width, 3}))}},
                                  {}})
        .sizes()
        .vec();
  };
  EXPECT_EQ(size(30, 30), (std::vector<std::int64_t>{1, 1024, 1024, 3}));
  EXPECT_EQ(size(20, 35), (std::vector<std::int64_t>{1, 800, 1328, 3}));
  EXPECT_EQ(size(90, 10), (std::vector<std::int64_t>{1, 1568, 672, 3}));
}

TEST(ImageScaleToMaxDimension, MakesTheLongerSideSoLong) {
  const auto sizes = [](std::int64_t height, std::int64_t width) {
    return result_of<ImageValue>({"ImageScaleToMaxDimension",
                                  {{"largest_size", std::int64_t{10}}},
                                  {{"image", numbered_picture(1, height, width)}},
                                  {}})
        .sizes()
        .vec();
  };
  EXPECT_EQ(sizes(4, 16), (Sizes{1, 2, 10, 3}));  // 2.5, to the even number
  EXPECT_EQ(sizes(16, 6), (Sizes{1, 10, 4, 3}));  // 3.75
  EXPECT_EQ(sizes(5, 5), (Sizes{1, 10, 10, 3}));
}

TEST(JoinImageWithAlpha, IsTransparentWhereTheMaskIs) {
  const MaskValue mask = at::tensor({0.0, 1.0, 0.25, 0.5}, at::kFloat).view({2, 1, 2});
  const ImageValue joined = result_of<ImageValue>(
      {"JoinImageWithAlpha", {}, {{"image", filled(0.5, 1, 1, 2)}, {"alpha", mask}}, {}});
  ASSERT_EQ(joined.sizes(), (Sizes{2, 1, 2, 4}));
  EXPECT_TRUE(at::equal(joined.select(3, 3).flatten(), at::tensor({1.0, 0.0, 0.75, 0.5}, at::kFloat)));
  EXPECT_TRUE(at::equal(joined.narrow(3, 0, 3), filled(0.5, 2, 1, 2)));
}

TEST(SplitImageWithAlpha, GivesPictureAndMaskBack) {
  NodeCase with{"SplitImageWithAlpha", {}, {{"image", filled(0.25, 1, 2, 2, 4)}}, {}};
  const auto parts = with.run();
  EXPECT_TRUE(at::equal(std::any_cast<ImageValue>(parts.at(0)), filled(0.25, 1, 2, 2)));
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(parts.at(1)), at::full({1, 2, 2}, 0.75, at::kFloat)));
  NodeCase without{"SplitImageWithAlpha", {}, {{"image", filled(0.25, 1, 2, 2)}}, {}};
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(without.run().at(1)), at::zeros({1, 2, 2})));
}

TEST(ImageBatch, GivesAnOpaquePictureAnAlphaBesideOneThatHasIt) {
  const ImageValue both = result_of<ImageValue>(
      {"ImageBatch", {}, {{"image1", filled(0, 1, 2, 2)}, {"image2", filled(0, 1, 2, 2, 4)}}, {}});
  ASSERT_EQ(both.sizes(), (Sizes{2, 2, 2, 4}));
  EXPECT_TRUE(at::equal(both[0].select(2, 3), at::ones({2, 2})));
  EXPECT_TRUE(at::equal(both[1], filled(0, 1, 2, 2, 4)[0]));
}

TEST(SaveImage, KeepsTheAlphaOfAPicture) {
  const test::TemporaryFolder folder;
  const Outcome outcome = run_pipeline_text(
      "nodes:\n"
      "  red: { type: EmptyImage, width: 4, height: 2, color: 0xff0000 }\n"
      "  hole: { type: SolidMask, value: 0.4, width: 4, height: 2 }\n"
      "  both: { type: JoinImageWithAlpha, image: $red, alpha: $hole }\n"
      "  save: { type: SaveImage, images: $both }\n",
      folder.path());
  ASSERT_EQ(outcome.files.size(), 1u);
  const Picture saved = read_picture(outcome.files[0]);
  EXPECT_TRUE(saved.has_alpha);
  EXPECT_EQ(saved.rgba[0] / 257, 255);
  EXPECT_EQ(saved.rgba[3] / 257, 153);  // (1 - 0.4) * 255, cut to a whole level
}

TEST(SaveImageAdvanced, WritesEightOrSixteenBits) {
  for (const auto& [bits, level] : {std::pair("8-bit", 153 * 257), std::pair("16-bit", 39321)}) {
    const test::TemporaryFolder folder;
    const Outcome outcome = run_pipeline_text(
        "nodes:\n"
        "  red: { type: EmptyImage, width: 4, height: 2, color: 0xff0000 }\n"
        "  hole: { type: SolidMask, value: 0.4, width: 4, height: 2 }\n"
        "  both: { type: JoinImageWithAlpha, image: $red, alpha: $hole }\n"
        "  save: { type: SaveImageAdvanced, images: $both, format.bit_depth: " +
            std::string(bits) + " }\n",
        folder.path());
    ASSERT_EQ(outcome.files.size(), 1u);
    const Picture saved = read_picture(outcome.files[0]);
    EXPECT_EQ(saved.rgba[0], 65535);
    EXPECT_EQ(saved.rgba[3], level);  // 0.6
  }
}

TEST(SaveImageAdvanced, SaysWhyItWritesNoExr) {
  const test::TemporaryFolder folder;
  const std::string text = test::error_text([&] {
    run_pipeline_text(
        "nodes:\n"
        "  red: { type: EmptyImage, width: 4, height: 2, color: 0xff0000 }\n"
        "  save: { type: SaveImageAdvanced, images: $red, format: exr }\n",
        folder.path());
  });
  EXPECT_NE(text.find("nothing here writes it: png with 16-bit"), std::string::npos) << text;
}

}  // namespace
}  // namespace ksampler
