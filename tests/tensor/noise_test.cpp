#include "host/tensor/noise.hpp"

#include "tests/tensor/noise_records.hpp"

#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

TEST(PrepareNoise, EqualsEveryRecordOfTheReferenceBitForBit) {
  const std::vector<NoiseRecord> records = noise_records("prepare_noise");
  ASSERT_GE(records.size(), 30U);
  for (const NoiseRecord& record : records) {
    at::Generator generator = seeded_generator(record.seed);
    const at::Tensor noise = prepare_noise(record.shape, generator, record.noise_inds);
    ASSERT_EQ(noise.sizes(), record.noise.sizes()) << record.id;
    EXPECT_EQ(different_bits(noise, record.noise), 0) << record.id;
  }
}

TEST(PrepareNoise, RepeatsAnItemThatIsAskedForTwice) {
  at::Generator one = seeded_generator(5), other = seeded_generator(5);
  const at::Tensor noise = prepare_noise({4, 4, 8, 8}, one, std::vector<std::int64_t>{2, 0, 2, 1});
  const at::Tensor in_order = prepare_noise({3, 4, 8, 8}, other, std::vector<std::int64_t>{0, 1, 2});
  for (const auto& [item, draw] : {std::pair{0, 2}, {1, 0}, {2, 2}, {3, 1}}) {
    EXPECT_EQ(different_bits(noise[item], in_order[draw]), 0) << "item " << item;
  }
  // Both passed three draws.
  EXPECT_EQ(different_bits(normal({64}, one), normal({64}, other)), 0);
}

TEST(PrepareNoise, RefusesIndicesThatDoNotFitTheBatch) {
  at::Generator generator = seeded_generator(0);
  EXPECT_THROW(prepare_noise({2, 4, 8, 8}, generator, std::vector<std::int64_t>{0}), c10::Error);
  EXPECT_THROW(prepare_noise({1, 4, 8, 8}, generator, std::vector<std::int64_t>{-1}), c10::Error);
}

TEST(Normal, GoesOnWhereTheLastDrawEnded) {
  at::Generator whole = seeded_generator(11), parts = seeded_generator(11);
  const at::Tensor all = normal({2, 64}, whole);
  at::Tensor first = at::empty({64}), second = at::empty({64});
  normal_into(first, parts);
  normal_into(second, parts);
  EXPECT_EQ(different_bits(all[0], first), 0);
  EXPECT_EQ(different_bits(all[1], second), 0);
}

TEST(NormalInto, RefusesWhatItCannotFill) {
  at::Generator generator = seeded_generator(0);
  at::Tensor half = at::zeros({32}, at::kHalf), gaps = at::zeros({32, 2}).select(1, 0);
  EXPECT_THROW(normal_into(half, generator), c10::Error);
  EXPECT_THROW(normal_into(gaps, generator), c10::Error);
}

}  // namespace
}  // namespace ksampler
