#include "host/session/noise_source.hpp"

#include "host/base/error.hpp"
#include "host/sampling/torch_run.hpp"
#include "host/tensor/noise.hpp"

#include <ATen/Functions.h>

#include <gtest/gtest.h>

namespace ksampler {
namespace {

// Large enough to be drawn ahead on another thread.
const std::vector<std::int64_t> kLarge = {2, 4, 64, 64};

std::unique_ptr<NoiseSource> gaussian(at::IntArrayRef shape) {
  return make_noise_source(NoiseKind::gaussian, noise_size(shape), {.seed = 5}, {}, {},
                           libtorch_threads());
}

TEST(NoiseSource, DrawsAheadWhatItWouldDrawWhenAsked) {
  Generator generator(run_seed(5));
  const auto source = gaussian(kLarge);
  at::Tensor out = at::empty(kLarge);
  for (int which = 0; which < 6; ++which) {
    // Asked ahead or not, and more than once, in turn.
    for (int times = 0; times < which % 3; ++times) source->expect(2.0, 1.0);
    draw(*source, out, 2.0, 1.0);
    EXPECT_TRUE(at::equal(out, normal(kLarge, generator))) << "draw " << which;
  }
}

TEST(NoiseSource, EndsWhileADrawAheadIsUnderWay) {
  const auto source = gaussian({4, 4, 128, 128});
  source->expect(2.0, 1.0);
}

TEST(NoiseSource, BringsNoiseToOtherTypes) {
  const at::Tensor like = at::empty({1, 4, 8, 8}, at::kHalf);
  const auto source = gaussian(like.sizes());
  at::Tensor out = at::empty_like(like);
  draw(*source, out, 2.0, 1.0);
  Generator generator(run_seed(5));
  EXPECT_TRUE(at::equal(out, normal({1, 4, 8, 8}, generator).to(at::kHalf)));
}

TEST(InitialNoise, IsTheSameInBothProfilesForASingleItem) {
  const NoiseSettings comfy{.seed = 3};
  const NoiseSettings invariant{.seed = 3, .profile = NoiseProfile::batch_invariant};
  EXPECT_TRUE(at::equal(initial_noise({1, 4, 16, 16}, comfy).noise,
                        initial_noise({1, 4, 16, 16}, invariant).noise));
}

TEST(InitialNoise, DoesNotDependOnTheBatchInTheBatchInvariantProfile) {
  const NoiseSettings settings{.seed = 3, .profile = NoiseProfile::batch_invariant};
  const at::Tensor together = initial_noise({3, 4, 16, 16}, settings).noise;
  NoiseSettings alone = settings;
  alone.batch_index = {{2}};
  EXPECT_TRUE(at::equal(initial_noise({1, 4, 16, 16}, alone).noise[0], together[2]));
}

TEST(NoiseSource, CutsNoiseOffAtItsOwnDeviation) {
  const std::vector<std::int64_t> shape = {2, 4, 8, 8};
  const auto drawn = [&](const NoiseShape& noise_shape) {
    auto source = shaped(gaussian(shape), noise_shape);
    at::Tensor out = at::empty(shape);
    draw(*source, out, 2.0, 1.0);
    return out;
  };
  const at::Tensor plain = drawn({});
  const double limit = 0.5 * plain.std().item<double>();
  EXPECT_TRUE(at::equal(drawn({.clip_std = 0.5}), plain.clamp(-limit, limit)));
  EXPECT_TRUE(at::equal(drawn({.clip_std = 0.5, .scale = 8.0}), plain.clamp(-limit, limit) * 8.0));
  const double limit_1 = 0.5 * plain[1].std().item<double>();
  EXPECT_TRUE(
      at::equal(drawn({.clip_std = 0.5, .by_item = true})[1], plain[1].clamp(-limit_1, limit_1)));
}

TEST(NoiseProfile, NamesTheNearestOfTheTwo) {
  try {
    noise_profile("comfi");
    FAIL() << "expected an error";
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "unknown profile 'comfi'; did you mean 'comfy'?");
  }
}

}  // namespace
}  // namespace ksampler
