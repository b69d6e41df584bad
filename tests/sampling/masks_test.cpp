#include "host/sampling/masks.hpp"

#include "host/base/error.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(Masks, AreRepeatedOverChannelsAndBatch) {
  const at::Tensor fitted = fit_mask(at::rand({1, 4, 4}), {3, 2, 4, 4});
  EXPECT_EQ(fitted.sizes(), at::IntArrayRef({3, 2, 4, 4}));
  EXPECT_TRUE(at::equal(fitted[0][0], fitted[2][1]));
}

TEST(Masks, AreResampledToTheLatent) {
  const at::Tensor fitted = fit_mask(at::ones({64, 64}), {1, 4, 8, 8});
  EXPECT_TRUE(at::equal(fitted, at::ones({1, 4, 8, 8})));
}

TEST(Masks, AreRefusedWithFiveDimensions) {
  EXPECT_THROW(fit_mask(at::ones({1, 1, 1, 4, 4}), {1, 4, 4, 4}), Error);
}

TEST(Areas, AreCutAtTheBordersOfTheLatent) {
  const Conditioning conditioning{.area = Area{16, 16, 8, 4}};
  EXPECT_EQ(area_in(conditioning, {1, 4, 16, 16}), (Area{8, 12, 8, 4}));
}

TEST(Areas, GivenAsSharesAreRoundedToCells) {
  // Of 10 by 21 cells: 0.25 * 10 = 2.5 goes to the even number, as in Python.
  EXPECT_EQ(cells_of({.height = 0.25, .width = 0.5, .y = 0.75, .x = 0.1}, {1, 4, 10, 21}),
            (Area{2, 10, 8, 2}));
  EXPECT_EQ(cells_of({}, {1, 4, 10, 21}), (Area{1, 1, 0, 0}));
}

TEST(Areas, OutsideTheLatentAreAnErrorThatNamesBoth) {
  const Conditioning conditioning{.area = Area{4, 4, 16, 0}};
  try {
    area_in(conditioning, {1, 4, 16, 16});
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(),
                 "a conditioning's area (height 4, width 4, y 16, x 0, in latent cells) lies outside "
                 "the latent of 16 by 16 cells");
  }
}

TEST(Weights, RampTowardsInnerBordersOnly) {
  // Rows 0 to 7 of 16: the upper border is the latent's, the lower is not. A ramp of 8/4 = 2 cells.
  const Conditioning conditioning{.area = Area{8, 16, 0, 0}};
  const at::Tensor weight = weight_in(conditioning, *conditioning.area, {1, 1, 16, 16}, at::kFloat);
  EXPECT_FLOAT_EQ(weight[0][0][0][5].item<float>(), 1.0f);
  EXPECT_FLOAT_EQ(weight[0][0][6][5].item<float>(), 1.0f);
  EXPECT_FLOAT_EQ(weight[0][0][7][5].item<float>(), 0.5f);
}

TEST(Weights, AreTheMaskTimesBothStrengths) {
  Conditioning conditioning{.strength = 0.5, .mask = at::ones({1, 4, 4}), .mask_strength = 0.5};
  const at::Tensor weight = weight_in(conditioning, {4, 4, 0, 0}, {1, 2, 4, 4}, at::kFloat);
  EXPECT_TRUE(at::equal(weight, at::full({1, 2, 4, 4}, 0.25)));
}

}  // namespace
}  // namespace ksampler
