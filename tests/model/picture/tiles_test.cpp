// Tiles are blended as ComfyUI blends them (reference/make_tiles.py), and give what the whole gives.
#include "host/model/picture/tiles.hpp"

#include "host/base/error.hpp"
#include "host/model/picture/pictures.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/avg_pool2d.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/rand.h>
#include <ATen/ops/randn.h>
#include <ATen/ops/upsample_nearest2d.h>
#include <c10/core/InferenceMode.h>

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

// The reference sums in float64; here a value is a mean of a dozen float32 numbers of about its size,
// and of the network's own roundings: some 1e-6.
constexpr double kOfTiles = 1e-5;

at::Tensor reference(const std::string& name) { return test::case_tensor("tiles", name); }

// What make_tiles.py calls so: the border of a tile shows, and so does where it begins.
at::Tensor ramped(const at::Tensor& y) {
  return y + 0.03 * at::arange(y.size(2), at::kFloat).view({-1, 1}) -
         0.02 * at::arange(y.size(3), at::kFloat);
}
at::Tensor stand_in_decode(const at::Tensor& tile) {
  const at::Tensor mixed = at::conv2d(tile, reference("decode.weight"), {}, 1, /*padding=*/1);
  return ramped(at::upsample_nearest2d(mixed, {8 * tile.size(2), 8 * tile.size(3)}));
}
at::Tensor stand_in_encode(const at::Tensor& tile) {
  return ramped(at::conv2d(at::avg_pool2d(tile, 8), reference("encode.weight"), {}, 1, /*padding=*/1));
}

PictureTiles tiles_of(const std::string& name) {
  const at::Tensor numbers = reference(name + ".tiles");
  return {.size = numbers[0].item<std::int64_t>(), .overlap = numbers[1].item<std::int64_t>()};
}

class ThreeTilings : public ::testing::TestWithParam<const char*> {};

TEST_P(ThreeTilings, AreBlendedAsComfyUiBlendsThem) {
  const std::string name = GetParam();
  const bool decodes = name.starts_with("decode");
  const auto [size, overlap] = tiles_of(name);
  const at::Tensor tiled =
      in_three_tilings(reference(name + ".in"), {.height = size, .width = size, .overlap = overlap},
                       decodes ? TileScale{.multiply = 8} : TileScale{.divide = 8},
                       decodes ? stand_in_decode : stand_in_encode);
  const at::Tensor expected = reference(name + ".out");
  ASSERT_EQ(tiled.sizes(), expected.sizes());
  EXPECT_LT(test::relative_difference(tiled, expected), kOfTiles);
}

INSTANTIATE_TEST_SUITE_P(All, ThreeTilings,
                         ::testing::Values("decode_ragged", "decode_long", "decode_square_fits",
                                           "decode_fits", "decode_deep", "decode_hard", "encode_ragged",
                                           "encode_long", "encode_fits", "encode_deep"),
                         [](const auto& one) { return std::string(one.param); });

TEST(Tiles, BeginATileLessTheOverlapApart) {
  EXPECT_EQ(tile_positions(64, 64, 16), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(tile_positions(100, 64, 16), (std::vector<std::int64_t>{0, 48}));
  // What the last tile but one has covered is no tile of its own: 112 = 2 * 48 + 16.
  EXPECT_EQ(tile_positions(112, 64, 16), (std::vector<std::int64_t>{0, 48}));
  EXPECT_EQ(tile_positions(113, 64, 16), (std::vector<std::int64_t>{0, 48, 96}));
}

TEST(Tiles, ThatShareAllOfThemselvesAreRefused) {
  EXPECT_EQ(test::error_text([] { tile_positions(100, 32, 32); }),
            "tiles of 32 that share 32 with the next do not get on; expected an overlap of less than "
            "half the tile size, as one of the tilings has tiles half as high");
  EXPECT_EQ(tile_positions(32, 32, 32), (std::vector<std::int64_t>{0}));  // one tile shares nothing
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
  KlAutoencoder autoencoder_{test::network_weights("vae").within("first_stage_model.")};
};

TEST_F(Pictures, ThatFitInOneTileAreDecodedWhole) {
  const at::Tensor latent = at::randn({1, 4, 8, 8});
  // Half a tile of 512 pixels is 128 cells of this autoencoder.
  EXPECT_LT(test::relative_difference(decode_pictures(autoencoder_, latent, {}),
                                      decode_pictures(autoencoder_, latent)),
            1e-6);
}

TEST_F(Pictures, AreDecodedInTilesAsComfyUiDecodesThem) {
  // The second asks for more overlap than a quarter of the tile, and gets that.
  for (const std::string name : {"vae_decode", "vae_decode_clamped"}) {
    const at::Tensor tiled = decode_pictures(autoencoder_, reference(name + ".in"), tiles_of(name));
    ASSERT_EQ(tiled.sizes(), reference(name + ".out").sizes());
    EXPECT_LT(test::relative_difference(tiled, reference(name + ".out")), kOfTiles) << name;
  }
}

TEST_F(Pictures, AreEncodedInTilesAsComfyUiEncodesThemWithAllTheOverlapThatWasAskedFor) {
  const at::Tensor tiled =
      encode_pictures(autoencoder_, reference("vae_encode.in"), tiles_of("vae_encode"));
  ASSERT_EQ(tiled.sizes(), reference("vae_encode.out").sizes());
  EXPECT_LT(test::relative_difference(tiled, reference("vae_encode.out")), kOfTiles);
}

TEST_F(Pictures, EncodedInTilesNeedAnOverlapOfLessThanHalfATile) {
  EXPECT_TRUE(test::error_text([&] {
                encode_pictures(autoencoder_, at::rand({1, 40, 40, 3}), {.size = 32, .overlap = 16});
              }).starts_with("tiles of 16 that share 16 with the next do not get on"));
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
