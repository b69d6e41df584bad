#include "host/plain/brownian.hpp"

#include "host/base/error.hpp"
#include "host/tensor/raw.hpp"
#include "tests/tensor/noise_records.hpp"

#include <ATen/Parallel.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace ksampler {
namespace {

constexpr int kPathSize = 4 * 40 * 40;

at::Tensor increment(BrownianTree& tree, double sigma, double sigma_next,
                     at::IntArrayRef shape = {kPathSize}) {
  at::Tensor out = at::full(shape, 7.0f);
  tree.increment_into(out.mutable_data_ptr<float>(), sigma, sigma_next);
  return out;
}

// W(sigma_next) - W(sigma), without the normalisation.
at::Tensor raw_increment(BrownianTree& tree, double sigma, double sigma_next) {
  return increment(tree, sigma, sigma_next) * std::sqrt(std::abs(sigma_next - sigma));
}

TEST(BrownianTree, EqualsEveryRecordOfTheReference) {
  const std::vector<NoiseRecord> records = noise_records("brownian_tree");
  ASSERT_GE(records.size(), 10U);
  for (const NoiseRecord& record : records) {
    BrownianTree tree(static_cast<std::size_t>(record.noise.numel()), record.sigma_min,
                      record.sigma_max, record.seed);
    const at::Tensor noise = increment(tree, record.sigma, record.sigma_next, record.shape);
    // Bit for bit but for the square root of |sigma_next - sigma|: LibTorch's may be one unit off, and
    // the quotient with it: two roundings to float32.
    const at::Tensor tolerance = record.noise.abs() * (2 * 0x1p-23);
    EXPECT_TRUE((noise - record.noise).abs().le(tolerance).all().item<bool>()) << record.id;
    RecordProperty(record.id, static_cast<int>(different_bits(noise, record.noise)));
  }
}

TEST(BrownianTree, IsOnePathWhateverWasAskedBefore) {
  // Far more ends than it keeps values for, and back again.
  BrownianTree tree(kPathSize, 0.03, 14.6, 3);
  const at::Tensor before = increment(tree, 11.1, 9.7);
  for (int i = 0; i < 20; ++i) increment(tree, 14.6 - 0.7 * i, 14.6 - 0.7 * (i + 1));
  EXPECT_EQ(different_bits(increment(tree, 11.1, 9.7), before), 0);
  BrownianTree other(kPathSize, 0.03, 14.6, 3);
  EXPECT_EQ(different_bits(increment(other, 11.1, 9.7), before), 0);
}

TEST(BrownianTree, AddsUp) {
  BrownianTree tree(kPathSize, 0.03, 14.6, 4);
  const at::Tensor whole = raw_increment(tree, 12.0, 0.5);
  const at::Tensor parts =
      raw_increment(tree, 12.0, 7.25) + raw_increment(tree, 7.25, 2.0) + raw_increment(tree, 2.0, 0.5);
  // About 50 sums of numbers up to 15, each rounded to float32.
  EXPECT_LT((whole - parts).abs().max().item<double>(), 50 * 15 * 0x1p-24);
}

TEST(BrownianTree, ChangesItsSignWithTheDirection) {
  BrownianTree tree(kPathSize, 0.03, 14.6, 5);
  EXPECT_TRUE(increment(tree, 3.0, 2.0).equal(-increment(tree, 2.0, 3.0)));
  BrownianTree turned(kPathSize, 14.6, 0.03, 5);
  EXPECT_TRUE(increment(turned, 3.0, 2.0).equal(increment(tree, 2.0, 3.0)));
}

TEST(BrownianTree, HasUnitVarianceAndIndependentIncrements) {
  BrownianTree tree(100000, 0.03, 14.6, 6);
  const at::Tensor a = increment(tree, 5.0, 4.99, {100000}), b = increment(tree, 4.99, 0.2, {100000});
  // Five standard errors of a variance, a mean and a correlation of 100000 draws.
  EXPECT_NEAR(a.var().item<double>(), 1.0, 5 * std::sqrt(2.0 / 100000));
  EXPECT_NEAR(b.var().item<double>(), 1.0, 5 * std::sqrt(2.0 / 100000));
  EXPECT_NEAR(a.mean().item<double>(), 0.0, 5 / std::sqrt(100000.0));
  EXPECT_NEAR((a * b).mean().item<double>(), 0.0, 5 / std::sqrt(100000.0));
}

TEST(BrownianTree, StaysInsideItsPath) {
  BrownianTree tree(kPathSize, 1.0, 4.0, 7);
  const at::Tensor inside = raw_increment(tree, 4.0, 1.0);
  EXPECT_LT((raw_increment(tree, 9.0, 0.0) - inside).abs().max().item<double>(), 1e-5);
  EXPECT_TRUE(increment(tree, 0.5, 0.0).eq(0).all().item<bool>());
}

TEST(BrownianTree, IsZeroWhereNothingLiesBetween) {
  BrownianTree tree(kPathSize, 1.0, 4.0, 8);
  EXPECT_TRUE(increment(tree, 2.0, 2.0).eq(0).all().item<bool>());
  EXPECT_TRUE(increment(tree, 2.0, 2.0000001).eq(0).all().item<bool>());
  BrownianTree point(kPathSize, 2.0, 2.0, 8);
  EXPECT_TRUE(increment(point, 2.0, 2.0).eq(0).all().item<bool>());
}

TEST(BrownianTree, ReachesTheEndsOfItsGrid) {
  // One step of the grid at either end: the deepest nodes of the tree.
  BrownianTree tree(kPathSize, 1.0, 2.0, 9);
  for (const auto& [from, to] : {std::pair{1.0, 1.000001}, {1.999999, 2.0}, {1.499999, 1.500001}}) {
    const at::Tensor noise = increment(tree, from, to);
    EXPECT_TRUE(noise.isfinite().all().item<bool>());
    // Five standard errors, and the rounding of the ends to float32 (1.2e-7 of 1e-6).
    EXPECT_NEAR(noise.var().item<double>(), 1.0, 5 * std::sqrt(2.0 / kPathSize) + 0.25);
  }
}

TEST(BrownianTree, WorksForAFewElements) {
  // Fewer than 16: PyTorch draws these another way.
  BrownianTree one(1, 0.03, 14.6, 10), again(1, 0.03, 14.6, 10);
  EXPECT_TRUE(increment(one, 3.0, 1.0, {1}).equal(increment(again, 3.0, 1.0, {1})));
  EXPECT_NE(increment(one, 3.0, 1.0, {1}).item<float>(), 0.0f);
}

TEST(BrownianTree, GivesTheSameBitsForEveryNumberOfThreads) {
  const int threads = at::get_num_threads();
  at::Tensor first;
  for (const int number : {1, 2, 5}) {
    at::set_num_threads(number);
    BrownianTree tree(250007, 0.03, 14.6, 11, libtorch_threads());
    const at::Tensor noise = increment(tree, 8.8, 8.1, {250007});
    if (!first.defined()) first = noise;
    EXPECT_EQ(different_bits(noise, first), 0) << number << " threads";
  }
  at::set_num_threads(threads);
}

TEST(BrownianTree, GivesAheadWhatItGivesWhenAsked) {
  BrownianTree ahead(kPathSize, 0.03, 14.6, 12), asked(kPathSize, 0.03, 14.6, 12);
  for (int step = 0; step < 30; ++step) {
    const double sigma = 14.6 - 0.45 * step, sigma_next = sigma - 0.45, middle = sigma - 0.2;
    ahead.prefetch(sigma, sigma_next);
    ahead.prefetch(sigma, middle);
    ahead.prefetch(sigma, middle);  // twice is once
    EXPECT_EQ(different_bits(increment(ahead, sigma, middle), increment(asked, sigma, middle)), 0);
    EXPECT_EQ(different_bits(increment(ahead, sigma, sigma_next), increment(asked, sigma, sigma_next)),
              0);
  }
}

TEST(BrownianTree, ForgetsRequestsThatNobodyCameFor) {
  BrownianTree ahead(kPathSize, 0.03, 14.6, 13), asked(kPathSize, 0.03, 14.6, 13);
  for (int i = 0; i < 50; ++i) ahead.prefetch(14.0 - 0.1 * i, 13.0 - 0.1 * i);
  EXPECT_EQ(different_bits(increment(ahead, 14.0, 13.0), increment(asked, 14.0, 13.0)), 0);
}

TEST(BrownianTree, CanBeDestroyedWhileItWorksAhead) {
  for (int i = 0; i < 20; ++i) {
    BrownianTree tree(kPathSize, 0.03, 14.6, 14);
    tree.prefetch(14.0, 13.0);
    tree.prefetch(13.0, 12.0);
  }
}

TEST(BrownianTree, BringsTheFailureOfAPrefetchToTheCaller) {
  BrownianTree tree(kPathSize, 0.03, 14.6, 15);
  std::vector<float> out(kPathSize);
  const double infinity = std::numeric_limits<double>::infinity();
  tree.prefetch(infinity, 1.0);
  EXPECT_THROW(tree.increment_into(out.data(), infinity, 1.0), Error);
  tree.increment_into(out.data(), 2.0, 1.0);
}

TEST(BrownianTree, RefusesAPathWithoutEnd) {
  EXPECT_THROW(BrownianTree(2, 0, std::numeric_limits<double>::infinity(), 0), Error);
}

}  // namespace
}  // namespace ksampler
