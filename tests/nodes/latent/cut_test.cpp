// LatentCutToBatch, beside ComfyUI's formula by hand: samples [batch, channels, layers, rows, columns].
#include "tests/nodes/node_case.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

// Three layers of 2 by 4 cells, of two channels, in a batch of two.
class CutLatent : public ::testing::Test {
 protected:
  Latent cut(const char* dim, std::int64_t size) const {
    Latent latent = latent_of(layers_.flatten(2, 3));
    latent.layers = 3;
    return result_of<LatentValue>({"LatentCutToBatch",
                                   {{"dim", std::string(dim)}, {"slice_size", size}},
                                   {{"samples", LatentValue(latent)}},
                                   {}});
  }

  const at::Tensor layers_ = at::arange(2 * 2 * 3 * 2 * 4, at::kFloat).view({2, 2, 3, 2, 4});
};

TEST_F(CutLatent, HasALayerForEachOfTheBatch) {
  const Latent made = cut("t", 1);
  EXPECT_EQ(made.layers, 1);
  ASSERT_EQ(made.samples.sizes(), at::IntArrayRef({6, 2, 2, 4}));
  for (std::int64_t i = 0; i < 6; ++i) {
    EXPECT_TRUE(made.samples[i].equal(layers_[i / 3].select(1, i % 3))) << i;
  }
}

TEST_F(CutLatent, LeavesOutWhatIsNoWholeSlice) {
  const Latent made = cut("t", 2);
  EXPECT_EQ(made.layers, 2);
  EXPECT_TRUE(made.samples.equal(layers_.narrow(2, 0, 2).flatten(2, 3)));
  EXPECT_EQ(cut("t", 9).layers, 3);  // a slice is all of it
}

TEST_F(CutLatent, CutsEachLayerInRowsOrColumns) {
  const Latent rows = cut("y", 1);
  EXPECT_EQ(rows.layers, 3);
  ASSERT_EQ(rows.samples.sizes(), at::IntArrayRef({4, 2, 3, 4}));
  EXPECT_TRUE(rows.samples[3].equal(layers_[1].select(2, 1)));
  const Latent columns = cut("x", 2);
  EXPECT_EQ(columns.layers, 3);
  ASSERT_EQ(columns.samples.sizes(), at::IntArrayRef({4, 2, 6, 2}));
  EXPECT_TRUE(columns.samples[1].equal(layers_[0].narrow(3, 2, 2).flatten(1, 2)));
}

TEST_F(CutLatent, OfNoLayersIsLeftAsItIs) {
  const at::Tensor plain = at::arange(2 * 4 * 4, at::kFloat).view({1, 2, 4, 4});
  const Latent made =
      result_of<LatentValue>({"LatentCutToBatch",
                              {{"dim", std::string("t")}, {"slice_size", std::int64_t{1}}},
                              {{"samples", LatentValue(latent_of(plain))}},
                              {}});
  EXPECT_TRUE(made.samples.equal(plain));
}

TEST(EmptyLayers, AreThePictureAndEachOfItsLayers) {
  const Latent made = result_of<LatentValue>({"EmptyQwenImageLayeredLatentImage",
                                              {{"width", std::int64_t{64}},
                                               {"height", std::int64_t{32}},
                                               {"layers", std::int64_t{2}},
                                               {"batch_size", std::int64_t{1}}},
                                              {},
                                              {}});
  EXPECT_EQ(made.layers, 3);
  EXPECT_EQ(made.samples.sizes(), at::IntArrayRef({1, 16, 3 * 4, 8}));
}

}  // namespace
}  // namespace ksampler
