// Tiles are blended by the formula, and give what the whole picture gives.
#include "host/model/tiles.hpp"

#include "host/base/error.hpp"
#include "host/model/pictures.hpp"
#include "tests/networks/network_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(Tiles, BeginATileLessTheOverlapApart) {
  EXPECT_EQ(tile_positions(64, 64, 16), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(tile_positions(100, 64, 16), (std::vector<std::int64_t>{0, 48}));
  // What the last tile but one has covered is no tile of its own: 112 = 2 * 48 + 16.
  EXPECT_EQ(tile_positions(112, 64, 16), (std::vector<std::int64_t>{0, 48}));
  EXPECT_EQ(tile_positions(113, 64, 16), (std::vector<std::int64_t>{0, 48, 96}));
}

TEST(Tiles, WeighLessTowardsTheirEdges) {
  const at::Tensor weights = tile_weights(6, 2);
  const float expected[] = {0.5F, 1.0F, 1.0F, 1.0F, 1.0F, 0.5F};
  for (int i = 0; i < 6; ++i) EXPECT_EQ(weights[i].item<float>(), expected[i]) << i;
  // No room for a ramp.
  EXPECT_TRUE(tile_weights(4, 4).equal(at::ones({4})));
}

TEST(Tiles, AreAveragedByTheirWeightsWhereTheyOverlap) {
  // Two tiles of 4 that share 2 cells, with values 0 and 1: weights 1, 1/2 against 1/2, 1.
  int calls = 0;
  const at::Tensor blended =
      in_tiles(at::ones({1, 1, 4, 6}), {.height = 4, .width = 4, .overlap = 2}, {},
               [&](const at::Tensor& tile) { return tile * static_cast<double>(calls++); });
  EXPECT_EQ(calls, 2);
  const float expected[] = {0.0F, 0.0F, 0.5F / 1.5F, 1.0F / 1.5F, 1.0F, 1.0F};
  for (int x = 0; x < 6; ++x) EXPECT_FLOAT_EQ(blended[0][0][1][x].item<float>(), expected[x]) << x;
}

TEST(Tiles, OfWhatLooksAtOneCellGiveWhatTheWholeGives) {
  const at::Tensor x = at::arange(2 * 3 * 37 * 53, at::kFloat).view({2, 3, 37, 53});
  const at::Tensor tiled = in_three_tilings(
      x, {.height = 16, .width = 16, .overlap = 4}, {.multiply = 2}, [](const at::Tensor& tile) {
        return at::upsample_nearest2d(tile.contiguous(), {2 * tile.size(2), 2 * tile.size(3)});
      });
  // A weighted mean of equal numbers, to a few roundings.
  EXPECT_LT(test::relative_difference(tiled, at::upsample_nearest2d(x, {74, 106})), 1e-6);
}

TEST(Tiles, ScaleAsPythonRounds) {
  EXPECT_EQ((TileScale{.divide = 8}(12)), 2);  // 1.5
  EXPECT_EQ((TileScale{.divide = 8}(20)), 2);  // 2.5
  EXPECT_EQ((TileScale{.multiply = 8}(3)), 24);
}

class Pictures : public ::testing::Test {
 protected:
  c10::InferenceMode inference_;
  Autoencoder autoencoder_{test::network_weights("vae").within("first_stage_model.")};
};

TEST_F(Pictures, ThatFitInOneTileAreDecodedWhole) {
  const at::Tensor latent = at::randn({1, 4, 8, 8});
  // Half a tile of 512 pixels is 128 cells of this autoencoder.
  EXPECT_LT(test::relative_difference(decode_pictures(autoencoder_, latent, {}),
                                      decode_pictures(autoencoder_, latent)),
            1e-6);
}

TEST_F(Pictures, DecodedInTilesHaveTheSizeOfTheWholeAndNoHoles) {
  const at::Tensor latent = at::randn({1, 4, 40, 24});
  const at::Tensor tiled = decode_pictures(autoencoder_, latent, {.size = 32, .overlap = 8});
  EXPECT_EQ(tiled.sizes(), decode_pictures(autoencoder_, latent).sizes());
  EXPECT_TRUE(tiled.isfinite().all().item<bool>());
}

TEST_F(Pictures, EncodedInTilesHaveTheSizeOfTheWhole) {
  const at::Tensor pictures = at::rand({2, 66, 49, 3});
  const at::Tensor tiled = encode_pictures(autoencoder_, pictures, {.size = 32, .overlap = 8});
  EXPECT_EQ(tiled.sizes(), at::IntArrayRef({2, 4, 33, 24}));
  EXPECT_EQ(encode_pictures(autoencoder_, pictures).sizes(), tiled.sizes());
  EXPECT_TRUE(tiled.isfinite().all().item<bool>());
}

TEST_F(Pictures, AreCutToTheirMiddle) {
  const at::Tensor picture = at::arange(7, at::kFloat).view({1, 1, 7, 1}).expand({1, 4, 7, 3});
  EXPECT_EQ(cut_to_scale(picture, 4).sizes(), at::IntArrayRef({1, 4, 4, 3}));
  EXPECT_EQ(cut_to_scale(picture, 4)[0][0][0][0].item<float>(), 1.0F);
  EXPECT_EQ(test::error_text([&] { cut_to_scale(picture, 8); }),
            "a picture of 7 by 4 pixels is less than one latent cell, which is 8 by 8");
}

TEST_F(Pictures, RefuseALatentOfAnotherModel) {
  EXPECT_EQ(test::error_text([&] {
              decode_pictures(autoencoder_, at::randn({1, 16, 8, 8}));
            }),
            "this autoencoder's latents have 4 channels; the latent has 16: it is another model's");
}

}  // namespace
}  // namespace ksampler
