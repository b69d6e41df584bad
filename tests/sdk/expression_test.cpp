// Formulas as an author writes them, computed by the toy host.
#include "host/conformance/toy_host.hpp"

#include <ks/expression.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace ksampler {
namespace {

class Formulas : public ::testing::Test {
 protected:
  Formulas() {
    host.sigmas = {1.0, 0.0};
    host.x = {1, 2, 3, -4, 5, -6};
    host.items = 2;
    run = host.abi();
  }

  ks::Tensor filled(std::vector<double> values) const {
    ks::Tensor tensor(run);
    tensor.handle()->values = std::move(values);
    return tensor;
  }
  static std::vector<double> values_of(const auto& tensor) { return tensor.handle()->values; }

  toy::Host host;
  const ks_run* run = nullptr;
};

using Values = std::vector<double>;

TEST_F(Formulas, AreForEachElement) {
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  const ks::Tensor b = filled({2, 2, 2, 0.5, 0.5, 0.5});
  const ks::Tensor y = ks::each(a) * b + 1.0;
  EXPECT_EQ(values_of(y), (Values{3, 5, 7, -1, 3.5, -2}));
  const ks::Tensor kept = ks::clamp(ks::each(a), -1, 4);
  EXPECT_EQ(values_of(kept), (Values{1, 2, 3, -1, 4, -1}));
  const ks::Tensor chosen = ks::where(ks::each(a) - 2.5, a - b, -1.0);
  EXPECT_EQ(values_of(chosen), (Values{-1, -1, 1, -1, 4.5, -1}));
}

TEST_F(Formulas, TakeSumsOfTensorsWithoutATemporary) {
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  const ks::Tensor b = filled({2, 2, 2, 0.5, 0.5, 0.5});
  ks::Tensor y(run);
  const std::uint32_t before = host.counters.creates;
  y = ks::abs(ks::each(2.0 * a - b)) / 2.0;
  EXPECT_EQ(values_of(y), (Values{0, 1, 2, 4.25, 4.75, 6.25}));
  EXPECT_EQ(host.counters.creates, before);
  EXPECT_EQ(host.counters.formulas, 1u);
}

TEST_F(Formulas, MeasureEachItemOfABatch) {
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  const ks::PerItem sum = ks::sum(a);
  EXPECT_EQ(values_of(sum), (Values{6, -5}));
  const ks::PerItem square = ks::mean(ks::each(a) * a);
  EXPECT_NEAR(values_of(square)[0], 14.0 / 3, 1e-15);
  const ks::PerItem largest = ks::maximum(ks::abs(ks::each(a)));
  EXPECT_EQ(values_of(largest), (Values{3, 6}));
  const ks::PerItem middle = ks::quantile(a, 0.5);
  EXPECT_EQ(values_of(middle), (Values{2, -4}));
  const ks::PerPixel over_channels = ks::sum(a);  // there is one
  EXPECT_EQ(values_of(over_channels), values_of(a));
}

TEST_F(Formulas, TakeWhatWasMeasured) {
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  const ks::PerItem norm = ks::sum(ks::each(a) * a);
  const ks::PerItem half = ks::sqrt(norm / 14.0);
  EXPECT_EQ(values_of(half)[0], 1.0);
  const ks::Tensor y = half * a - 1.0;
  EXPECT_EQ(values_of(y)[2], 2.0);
  EXPECT_NEAR(values_of(y)[3], -4 * std::sqrt(77.0 / 14) - 1, 1e-12);
}

TEST_F(Formulas, AreAskedOfTheHostInOneCall) {
  const ks::Extent extent = ks::extent_of(run);
  EXPECT_EQ(extent.items, 2u);
  EXPECT_EQ(extent.width, 3u);
}

TEST_F(Formulas, SayWhereTheyAreTooLong) {
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  ks::Expression sum = ks::each(a);
  EXPECT_THROW(
      {
        for (int i = 0; i < 200; ++i) sum = sum + 1.0;
      },
      std::length_error);
}

TEST_F(Formulas, AreRefusedByAHostWithoutThem) {
  host.has_formulas = false;
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  try {
    const ks::Tensor y = ks::abs(ks::each(a));
    FAIL() << "a formula was computed";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("ks.expressions/1"), std::string::npos);
  }
}

TEST_F(Formulas, OfALargerTensorThanTheirResultAreRefused) {
  const ks::Tensor a = filled({1, 2, 3, -4, 5, -6});
  const ks::PerItem sum = ks::sum(a);
  EXPECT_THROW((void)ks::PerItem(ks::each(a) + sum), ks::Failure);
  EXPECT_NE(host.message.find("larger than its result"), std::string::npos) << host.message;
}

// [2 items, 3 channels, 1, 2]
TEST_F(Formulas, MeasureChannelsAndPixels) {
  host.x = {1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60};
  host.channels = 3;
  run = host.abi();
  const ks::Tensor a = filled(host.x);
  const ks::PerChannel channels = ks::sum(a);
  EXPECT_EQ(values_of(channels), (Values{3, 7, 11, 30, 70, 110}));
  const ks::PerPixel pixels = ks::sum(a);
  EXPECT_EQ(values_of(pixels), (Values{9, 12, 90, 120}));
  const ks::PerItem items = ks::sum(a);
  EXPECT_EQ(values_of(items), (Values{21, 210}));
  const ks::PerChannel shares = channels / items * 21.0;
  EXPECT_EQ(values_of(shares), (Values{3, 7, 11, 3, 7, 11}));
  const ks::Tensor y = ks::each(a) - pixels + 10.0 * channels;
  EXPECT_EQ(values_of(y), (Values{22, 20, 64, 62, 106, 104, 220, 200, 640, 620, 1060, 1040}));
}

}  // namespace
}  // namespace ksampler
