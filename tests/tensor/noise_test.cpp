#include "host/tensor/noise.hpp"

#include "host/base/error.hpp"
#include "tests/tensor/noise_records.hpp"

#include <ATen/ops/empty.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

at::Tensor prepared(at::IntArrayRef shape, Generator& generator,
                    const std::optional<std::vector<std::int64_t>>& batch_index) {
  at::Tensor out = at::empty(shape, at::kFloat);
  const auto items = static_cast<std::size_t>(shape[0]);
  prepare_noise(out.mutable_data_ptr<float>(), items, static_cast<std::size_t>(out.numel()) / items,
                generator, batch_index);
  return out;
}

TEST(PrepareNoise, EqualsEveryRecordOfTheReferenceBitForBit) {
  const std::vector<NoiseRecord> records = noise_records("prepare_noise");
  ASSERT_GE(records.size(), 30U);
  for (const NoiseRecord& record : records) {
    Generator generator(record.seed);
    const at::Tensor noise = prepared(record.shape, generator, record.noise_inds);
    ASSERT_EQ(noise.sizes(), record.noise.sizes()) << record.id;
    EXPECT_EQ(different_bits(noise, record.noise), 0) << record.id;
  }
}

TEST(PrepareNoise, RepeatsAnItemThatIsAskedForTwice) {
  Generator one(5), other(5);
  const at::Tensor noise = prepared({4, 4, 8, 8}, one, std::vector<std::int64_t>{2, 0, 2, 1});
  const at::Tensor in_order = prepared({3, 4, 8, 8}, other, std::vector<std::int64_t>{0, 1, 2});
  for (const auto& [item, draw] : {std::pair{0, 2}, {1, 0}, {2, 2}, {3, 1}}) {
    EXPECT_EQ(different_bits(noise[item], in_order[draw]), 0) << "item " << item;
  }
  // Both passed three draws.
  EXPECT_EQ(different_bits(normal({64}, one), normal({64}, other)), 0);
}

TEST(PrepareNoise, RefusesIndicesThatDoNotFitTheBatch) {
  Generator generator(0);
  EXPECT_THROW(prepared({2, 4, 8, 8}, generator, std::vector<std::int64_t>{0}), Error);
  EXPECT_THROW(prepared({1, 4, 8, 8}, generator, std::vector<std::int64_t>{-1}), Error);
}

TEST(Normal, GoesOnWhereTheLastDrawEnded) {
  Generator whole(11), parts(11);
  const at::Tensor all = normal({2, 64}, whole);
  const at::Tensor first = normal({64}, parts), second = normal({64}, parts);
  EXPECT_EQ(different_bits(all[0], first), 0);
  EXPECT_EQ(different_bits(all[1], second), 0);
}

}  // namespace
}  // namespace ksampler
