// What a run has in the place of a latent.
#include "host/sampling/latent.hpp"

#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

using Sizes = std::vector<std::int64_t>;

Latent empty(std::int64_t channels, std::int64_t height, std::int64_t width, std::int64_t cell) {
  Latent latent;
  latent.samples = at::zeros({2, channels, height, width});
  latent.cell_pixels = cell;
  return latent;
}

TEST(EmptyLatent, GetsTheModelsChannels) {
  EXPECT_EQ(sizes_for(empty(4, 10, 12, 8), flux_latents()), (Sizes{2, 16, 10, 12}));
}

TEST(EmptyLatent, IsForAPictureOfTheSameSizeWhateverTheModelsCells) {
  EXPECT_EQ(sizes_for(empty(4, 10, 12, 8), flux2_latents()), (Sizes{2, 128, 5, 6}));
  EXPECT_EQ(sizes_for(empty(128, 5, 6, 16), flux_latents()), (Sizes{2, 16, 10, 12}));
  EXPECT_EQ(sizes_for(empty(128, 5, 6, 16), flux2_latents()), (Sizes{2, 128, 5, 6}));
  EXPECT_EQ(sizes_for(empty(4, 10, 12, 0), flux2_latents()), (Sizes{2, 128, 10, 12}));  // not said
  EXPECT_EQ(sizes_for(empty(4, 1, 7, 8), flux2_latents()), (Sizes{2, 128, 1, 4}));  // one cell at least
}

TEST(Latent, ThatHoldsSomethingIsLeftAsItIs) {
  Latent latent = empty(4, 10, 12, 8);
  latent.samples = at::ones({2, 4, 10, 12});
  EXPECT_EQ(sizes_for(latent, flux2_latents()), (Sizes{2, 4, 10, 12}));
}

}  // namespace
}  // namespace ksampler
