// Nodes that compute with masks. The values are worked out by hand from the formulas of ComfyUI's
// nodes_mask.py.
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;

MaskValue mask_of(NodeCase node) { return std::any_cast<MaskValue>(node.run().at(0)); }

// [1,H,W].
MaskValue rows(std::int64_t height, std::int64_t width, const std::vector<double>& values) {
  return at::tensor(values, at::kFloat).view({1, height, width});
}

MaskValue dot(std::int64_t side) {
  MaskValue mask = at::zeros({1, side, side});
  mask[0][side / 2][side / 2] = 1.0;
  return mask;
}

MaskValue grown(const MaskValue& mask, std::int64_t expand, bool tapered) {
  return mask_of(
      {"GrowMask", {{"expand", expand}, {"tapered_corners", tapered}}, {{"mask", mask}}, {}});
}

TEST(GrowMask, GrowsByTheFourNeighboursOrByAllEight) {
  EXPECT_TRUE(at::equal(grown(dot(3), 1, true), rows(3, 3, {0, 1, 0, 1, 1, 1, 0, 1, 0})));
  EXPECT_TRUE(at::equal(grown(dot(3), 1, false), at::ones({1, 3, 3})));
  // Within two steps of the middle: 1 + 4 + 8 of a diamond, 5 x 5 of a square.
  EXPECT_EQ(grown(dot(9), 2, true).sum().item<double>(), 13.0);
  EXPECT_EQ(grown(dot(9), 2, false).sum().item<double>(), 25.0);
}

TEST(GrowMask, TakesTheLargestOfGreyValues) {
  EXPECT_TRUE(at::equal(grown(rows(1, 5, {0, 0.25, 0, 0.5, 0}), 1, true),
                        rows(1, 5, {0.25, 0.25, 0.5, 0.5, 0.5})));
}

TEST(GrowMask, ShrinksBelowZeroAndNotFromTheBorder) {
  EXPECT_TRUE(at::equal(grown(rows(1, 5, {1, 1, 1, 0, 1}), -1, true), rows(1, 5, {1, 1, 0, 0, 0})));
  EXPECT_TRUE(at::equal(grown(at::ones({1, 4, 4}), -3, false), at::ones({1, 4, 4})));
}

TEST(GrowMask, TakesNoTimeWhereNothingChangesAnyMore) {
  EXPECT_TRUE(at::equal(grown(dot(5), 16384, true), at::ones({1, 5, 5})));
  EXPECT_TRUE(at::equal(grown(dot(5), 0, true), dot(5)));
}

MaskValue feathered(const MaskValue& mask, std::int64_t left, std::int64_t top, std::int64_t right,
                    std::int64_t bottom) {
  return mask_of({"FeatherMask",
                  {{"left", left}, {"top", top}, {"right", right}, {"bottom", bottom}},
                  {{"mask", mask}},
                  {}});
}

TEST(FeatherMask, FadesFromEachBorder) {
  EXPECT_TRUE(
      at::equal(feathered(at::ones({1, 1, 6}), 4, 0, 2, 0), rows(1, 6, {0.25, 0.5, 0.75, 1, 1, 0.5})));
  EXPECT_TRUE(at::equal(feathered(at::ones({1, 4, 1}), 0, 2, 0, 1), rows(4, 1, {0.5, 1, 1, 1})));
}

TEST(FeatherMask, IsNoWiderThanTheMask) {
  EXPECT_TRUE(at::equal(feathered(at::ones({2, 1, 2}), 100, 0, 0, 0),
                        at::tensor({0.5, 1.0, 0.5, 1.0}, at::kFloat).view({2, 1, 2})));
}

NodeCase composite(const MaskValue& destination, const MaskValue& source, std::int64_t x,
                   std::int64_t y, const std::string& operation) {
  return {"MaskComposite",
          {{"x", x}, {"y", y}, {"operation", operation}},
          {{"destination", destination}, {"source", source}},
          {}};
}

TEST(MaskComposite, KnowsItsOperations) {
  const MaskValue below = rows(1, 4, {0.25, 0.5, 0.75, 1}), above = rows(1, 4, {1, 0.75, 0.75, 0});
  const auto made = [&](const char* operation) {
    return mask_of(composite(below, above, 0, 0, operation));
  };
  EXPECT_TRUE(at::equal(made("multiply"), rows(1, 4, {0.25, 0.375, 0.5625, 0})));
  EXPECT_TRUE(at::equal(made("add"), rows(1, 4, {1, 1, 1, 1})));
  EXPECT_TRUE(at::equal(made("subtract"), rows(1, 4, {0, 0, 0, 1})));
  // Rounded first; a half becomes 0, as it goes to the even number.
  EXPECT_TRUE(at::equal(made("and"), rows(1, 4, {0, 0, 1, 0})));
  EXPECT_TRUE(at::equal(made("or"), rows(1, 4, {1, 1, 1, 1})));
  EXPECT_TRUE(at::equal(made("xor"), rows(1, 4, {1, 1, 0, 1})));
}

TEST(MaskComposite, ChangesTheRectangleAloneAndCutsWhatReachesOutside) {
  const MaskValue made = mask_of(composite(at::zeros({2, 3, 3}), at::ones({1, 5, 5}), 1, 2, "add"));
  EXPECT_TRUE(at::equal(made[1], at::tensor({0, 0, 0, 0, 0, 0, 0, 1, 1}, at::kFloat).view({3, 3})));
}

TEST(MaskComposite, SaysThatNothingChangesOutside) {
  NodeCase node = composite(at::zeros({1, 3, 4}), at::ones({1, 1, 1}), 4, 0, "add");
  EXPECT_TRUE(at::equal(std::any_cast<MaskValue>(node.run().at(0)), at::zeros({1, 3, 4})));
  EXPECT_EQ(
      node.warnings,
      (std::vector<std::string>{"x 4, y 0 lies outside the mask of 4 x 3, and so nothing changes"}));
}

TEST(MaskComposite, RefusesBatchesThatDoNotMatch) {
  EXPECT_EQ(error_text([] {
              composite(at::zeros({1, 2, 2}), at::zeros({3, 2, 2}), 0, 0, "or").run();
            }),
            "'source' has 3 masks and 'destination' 1; it takes 1 or as many");
}

NodeCase crop(std::int64_t x, std::int64_t y, std::int64_t width, std::int64_t height) {
  return {"CropMask",
          {{"x", x}, {"y", y}, {"width", width}, {"height", height}},
          {{"mask", at::arange(24, at::kFloat).view({2, 1, 3, 4}) / 24.0}},
          {}};
}

TEST(CropMask, CutsOutARectangleAndEndsWithTheMask) {
  const MaskValue mask = at::arange(24, at::kFloat).view({2, 3, 4}) / 24.0;
  EXPECT_TRUE(at::equal(mask_of(crop(1, 2, 2, 1)), mask.narrow(1, 2, 1).narrow(2, 1, 2)));
  EXPECT_TRUE(at::equal(mask_of(crop(3, 0, 512, 512)), mask.narrow(2, 3, 1)));
}

TEST(CropMask, RefusesToLeaveNothing) {
  EXPECT_EQ(error_text([] { crop(4, 0, 1, 1).run(); }),
            "'x' is 4, and the mask is 4 x 3: nothing is left; expected at most 3");
}

TEST(ThresholdMask, IsOneAboveTheValue) {
  EXPECT_TRUE(at::equal(mask_of({"ThresholdMask", {}, {{"mask", rows(1, 4, {0, 0.5, 0.51, 1})}}, {}}),
                        rows(1, 4, {0, 0, 1, 1})));
}

TEST(SolidMask, HasOneValue) {
  const MaskValue mask =
      mask_of({"SolidMask",
               {{"value", 0.25}, {"width", std::int64_t{3}}, {"height", std::int64_t{2}}},
               {},
               {}});
  EXPECT_TRUE(at::equal(mask, at::full({1, 2, 3}, 0.25, at::kFloat)));
}

TEST(MaskToImage, IsGrey) {
  NodeCase node{"MaskToImage", {}, {{"mask", rows(1, 2, {0.25, 1})}}, {}};
  const auto image = std::any_cast<ImageValue>(node.run().at(0));
  EXPECT_TRUE(
      at::equal(image, at::tensor({0.25, 0.25, 0.25, 1.0, 1.0, 1.0}, at::kFloat).view({1, 1, 2, 3})));
}

TEST(ImageColorToMask, FindsAColourThatRoundsToIt) {
  // 0xFF8000 as levels of 8 bits; the second is off by a third of a level, the last by a whole one.
  const ImageValue image =
      at::tensor({255., 128., 0., 255., 128.3, 0., 255., 129., 0.}, at::kFloat).view({1, 1, 3, 3}) /
      255.0;
  EXPECT_TRUE(at::equal(
      mask_of({"ImageColorToMask", {{"color", std::int64_t{0xFF8000}}}, {{"image", image}}, {}}),
      rows(1, 3, {1, 1, 0})));
}

TEST(ImageToMask, TakesTheAlphaOfAPictureThatHasOne) {
  const auto node = [](std::int64_t channels) {
    const ImageValue image = at::arange(channels, at::kFloat).view({1, 1, 1, channels}) / 4.0;
    return NodeCase{"ImageToMask", {{"channel", std::string("alpha")}}, {{"image", image}}, {}};
  };
  EXPECT_EQ(mask_of(node(4)).item<float>(), 0.75F);
  EXPECT_EQ(error_text([&] { node(3).run(); }),
            "'image' has no alpha; expected 'red', 'green' or 'blue', or a picture of "
            "JoinImageWithAlpha (LoadImage gives the alpha of a file as a mask of its own)");
}

}  // namespace
}  // namespace ksampler
