// Nodes that compute with pictures: cut, invert, blend, pad and resize them.
#include "tests/nodes/image/numbered_picture.hpp"
#include "tests/nodes/node_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/allclose.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/equal.h>
#include <ATen/ops/full.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

using test::error_text;
using Sizes = std::vector<std::int64_t>;

ImageValue filled(double value, std::int64_t count = 1) {
  return at::full({count, 2, 2, 3}, value, at::kFloat);
}

ImageValue cropped(const ImageValue& image, std::int64_t width, std::int64_t height, std::int64_t x,
                   std::int64_t y) {
  return result_of<ImageValue>({"ImageCrop",
                                {{"width", width}, {"height", height}, {"x", x}, {"y", y}},
                                {{"image", image}},
                                {}});
}

NodeCase blend(const ImageValue& first, const ImageValue& second, double share,
               const std::string& mode) {
  return {"ImageBlend",
          {{"blend_factor", share}, {"blend_mode", mode}},
          {{"image1", first}, {"image2", second}},
          {}};
}

double blended(double below, double above, const std::string& mode, double share = 1.0) {
  return result_of<ImageValue>(blend(filled(below), filled(above), share, mode))[0][1][1][2]
      .item<double>();
}

TEST(EmptyImage, HasTheColour) {
  const ImageValue image = result_of<ImageValue>({"EmptyImage",
                                                  {{"width", std::int64_t{3}},
                                                   {"height", std::int64_t{2}},
                                                   {"batch_size", std::int64_t{4}},
                                                   {"color", std::int64_t{0xFF8001}}},
                                                  {},
                                                  {}});
  ASSERT_EQ(image.sizes(), (Sizes{4, 2, 3, 3}));
  EXPECT_EQ(image[3][1][2][0].item<float>(), 1.0F);
  EXPECT_EQ(image[3][1][2][1].item<float>(), 128.0F / 255.0F);
  EXPECT_EQ(image[3][1][2][2].item<float>(), 1.0F / 255.0F);
}

TEST(ImageCrop, CutsOutARectangle) {
  const ImageValue image = numbered_picture(2, 4, 5);
  EXPECT_TRUE(at::equal(cropped(image, 2, 3, 3, 1), image.narrow(1, 1, 3).narrow(2, 3, 2)));
}

TEST(ImageCrop, EndsWhereThePictureEnds) {
  const ImageValue image = numbered_picture(1, 4, 5);
  EXPECT_TRUE(at::equal(cropped(image, 9, 9, 3, 0), image.narrow(2, 3, 2)));
  EXPECT_TRUE(at::equal(cropped(image, 9, 9, 50, 60), image.narrow(1, 3, 1).narrow(2, 4, 1)));
}

TEST(ImageInvert, MakesTheNegative) {
  const NodeCase node{"ImageInvert", {}, {{"image", filled(0.25)}}, {}};
  EXPECT_TRUE(at::equal(result_of<ImageValue>(node), filled(0.75)));
}

TEST(ImageBatch, PutsOneBehindTheOther) {
  const ImageValue first = numbered_picture(2, 2, 2);
  const NodeCase node{"ImageBatch", {}, {{"image1", first}, {"image2", filled(1)}}, {}};
  EXPECT_TRUE(at::equal(result_of<ImageValue>(node), at::cat({first, filled(1)})));
}

TEST(ImageBatch, CutsTheSecondToTheRatioOfTheFirst) {
  // The outer columns of 4 by 2 are 0, and 2 by 2 in the middle are 1.
  const ImageValue wide = at::zeros({1, 2, 4, 3});
  wide.narrow(2, 1, 2).fill_(1);
  const NodeCase node{"ImageBatch", {}, {{"image1", at::zeros({1, 6, 6, 3})}, {"image2", wide}}, {}};
  const ImageValue both = result_of<ImageValue>(node);
  ASSERT_EQ(both.sizes(), (Sizes{2, 6, 6, 3}));
  EXPECT_TRUE(at::equal(both[1], at::full({6, 6, 3}, 1.0, at::kFloat)));
}

TEST(ImageBlend, KnowsTheWaysOfBlending) {
  EXPECT_FLOAT_EQ(blended(0.25, 0.5, "normal"), 0.5);
  EXPECT_FLOAT_EQ(blended(0.25, 0.5, "multiply"), 0.125);
  EXPECT_FLOAT_EQ(blended(0.25, 0.5, "screen"), 0.625);
  EXPECT_FLOAT_EQ(blended(0.25, 0.5, "overlay"), 0.25);         // 2 a b
  EXPECT_FLOAT_EQ(blended(0.75, 0.25, "overlay"), 0.625);       // 1 - 2 (1 - a) (1 - b)
  EXPECT_FLOAT_EQ(blended(0.25, 0.25, "soft_light"), 0.15625);  // a - (1 - 2b) a (1 - a)
  EXPECT_FLOAT_EQ(blended(0.25, 0.75, "soft_light"), 0.375);    // a + (2b - 1) (sqrt(a) - a)
  EXPECT_FLOAT_EQ(blended(0.125, 1.0, "soft_light"), 0.34375);  // 16 a^3 - 12 a^2 + 4 a
  EXPECT_FLOAT_EQ(blended(0.75, 0.25, "difference"), 0.5);
  EXPECT_FLOAT_EQ(blended(0.25, 0.75, "difference"), 0.0);  // not less than 0
}

TEST(ImageBlend, MixesWhatIsBlendedWithTheFirst) {
  EXPECT_FLOAT_EQ(blended(0.5, 1.0, "normal", 0.25), 0.625);
  EXPECT_FLOAT_EQ(blended(0.5, 1.0, "normal", 0.0), 0.5);
}

TEST(ImageBlend, TakesOnePictureForABatch) {
  EXPECT_EQ(result_of<ImageValue>(blend(filled(0, 3), filled(1), 0.5, "normal")).sizes(),
            (Sizes{3, 2, 2, 3}));
  EXPECT_EQ(error_text([] { blend(filled(0, 3), filled(1, 2), 0.5, "normal").run(); }),
            "'image1' has 3 pictures and 'image2' 2; expected as many in both, or one in either");
}

NodeCase padded(const ImageValue& image, std::int64_t left, std::int64_t top, std::int64_t right,
                std::int64_t bottom, std::int64_t feathering) {
  return {
      "ImagePadForOutpaint",
      {{"left", left}, {"top", top}, {"right", right}, {"bottom", bottom}, {"feathering", feathering}},
      {{"image", image}},
      {}};
}

TEST(ImagePadForOutpaint, PutsGreyAroundAndMasksIt) {
  const ImageValue image = numbered_picture(2, 3, 4);
  const auto values = padded(image, 1, 2, 3, 4, 40).run();  // the picture is too small for a feather
  const auto larger = std::any_cast<ImageValue>(values.at(0));
  const auto mask = std::any_cast<MaskValue>(values.at(1));
  ASSERT_EQ(larger.sizes(), (Sizes{2, 9, 8, 3}));
  ASSERT_EQ(mask.sizes(), (Sizes{1, 9, 8}));
  EXPECT_TRUE(at::equal(larger.narrow(1, 2, 3).narrow(2, 1, 4), image));
  EXPECT_EQ(larger[1][8][7][0].item<float>(), 0.5F);
  EXPECT_EQ(mask.sum().item<double>(), 9 * 8 - 3 * 4);
  EXPECT_EQ(mask[0].narrow(0, 2, 3).narrow(1, 1, 4).sum().item<double>(), 0.0);
}

TEST(ImagePadForOutpaint, FadesIntoThePictureFromTheSidesThatGrow) {
  const auto mask =
      std::any_cast<MaskValue>(padded(numbered_picture(1, 9, 9), 2, 0, 0, 0, 4).run().at(1));
  ASSERT_EQ(mask.sizes(), (Sizes{1, 9, 11}));
  for (const std::int64_t row : {0, 4, 8}) {
    EXPECT_TRUE(at::equal(
        mask[0][row],
        at::tensor({1.0, 1.0, 1.0, 0.5625, 0.25, 0.0625, 0.0, 0.0, 0.0, 0.0, 0.0}, at::kFloat)));
  }
  // At the other end the last line is at a distance of 1.
  const auto below =
      std::any_cast<MaskValue>(padded(numbered_picture(1, 9, 9), 0, 0, 0, 1, 2).run().at(1));
  EXPECT_TRUE(at::equal(below[0].select(1, 3),
                        at::tensor({0., 0., 0., 0., 0., 0., 0., 0., 0.25, 1.}, at::kFloat)));
}

TEST(ImageScaleBy, RoundsEachSideToEvenAtHalves) {
  const auto sizes = [](double by) {
    return result_of<ImageValue>(
               {"ImageScaleBy", {{"scale_by", by}}, {{"image", numbered_picture(1, 5, 6)}}, {}})
        .sizes()
        .vec();
  };
  EXPECT_EQ(sizes(0.5), (Sizes{1, 2, 3, 3}));
  EXPECT_EQ(sizes(1.5), (Sizes{1, 8, 9, 3}));
}

TEST(ImageScaleToTotalPixels, KeepsTheRatio) {
  const auto sizes = [](std::int64_t step) {
    return result_of<ImageValue>({"ImageScaleToTotalPixels",
                                  {{"megapixels", 0.01}, {"resolution_steps", step}},
                                  {{"image", numbered_picture(1, 10, 40)}},
                                  {}})
        .sizes()
        .vec();
  };
  EXPECT_EQ(sizes(1), (Sizes{1, 51, 205, 3}));  // sqrt(10485.76 / 400) = 5.12
  EXPECT_EQ(sizes(16), (Sizes{1, 48, 208, 3}));
}

}  // namespace
}  // namespace ksampler
