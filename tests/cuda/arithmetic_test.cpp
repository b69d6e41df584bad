// The arithmetic of host/cuda on the stand-in for CUDA's driver, beside that of the CPU.
#include "host/base/error.hpp"
#include "host/cuda/filter.hpp"
#include "host/cuda/formula.hpp"
#include "host/cuda/lincomb.hpp"
#include "host/cuda/quantile.hpp"
#include "host/cuda/reduce.hpp"
#include "tests/cuda/stand_in.hpp"

#include <ks/filter.h>
#include <ks/runs.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <memory>

namespace ksampler::test {
namespace {

std::vector<float> waves(std::size_t size, float seed) {
  std::vector<float> values(size);
  for (std::size_t i = 0; i < size; ++i) values[i] = 2 * std::sin(seed + 0.7F * static_cast<float>(i));
  return values;
}

class OnTheDevice : public WithDriver {
 protected:
  void SetUp() override {
    WithDriver::SetUp();
    cuda::prepare_lincomb(0);
    cuda::prepare_formulas(0);
    control.forget();
    stream_ = control.new_stream(0);
    place = {0, static_cast<cuda::CuStream>(stream_)};
  }
  void TearDown() override {
    control.free_stream(stream_);
    expect_nothing_left();
    WithDriver::TearDown();
  }
  cuda::Place place;

 private:
  void* stream_ = nullptr;
};

TEST_F(OnTheDevice, ALincombIsThatOfTheCpu) {
  for (const std::size_t count : {1, 3, 16, 17, 300}) {
    constexpr std::size_t kSize = 1003;  // not a multiple of a pack, and more than one for a thread
    std::vector<std::vector<float>> terms;
    std::vector<std::unique_ptr<OnDevice<float>>> there;
    std::vector<const void*> here_data, there_data;
    std::vector<float> coefficients;
    for (std::size_t k = 0; k < count; ++k) {
      terms.push_back(waves(kSize, static_cast<float>(k)));
      there.push_back(std::make_unique<OnDevice<float>>(terms.back()));
      there_data.push_back(there.back()->data());
      coefficients.push_back(0.1F + 0.01F * static_cast<float>(k));
    }
    for (const auto& term : terms) here_data.push_back(term.data());
    std::vector<float>& out = terms[count / 2];  // among the terms
    control.forget();
    cuda::lincomb(place, {cpu::kFloat32, kSize}, there[count / 2]->data(), coefficients, there_data);
    EXPECT_EQ(control.calls("cuLaunchKernel"), count <= 256 ? 1U : 2U);
    EXPECT_EQ(control.waits(), 0U);
    plain::lincomb({cpu::kFloat32, kSize}, out.data(), coefficients, here_data, no_helpers());
    const std::vector<float> found = there[count / 2]->values();
    for (std::size_t i = 0; i < kSize; ++i) {
      // Two launches round once more, and the CPU may not fuse: of sums up to 600.
      ASSERT_NEAR(found[i], out[i], count == 1 ? 0 : 600 * 0x1p-22) << count << " terms, element " << i;
    }
  }
}

constexpr ks_op kProduct[] = {
    {KS_OP_TERM, 0}, {KS_OP_TERM, 1}, {KS_OP_MULTIPLY, 0}, {KS_OP_NUMBER, 0}, {KS_OP_ADD, 0}};
constexpr double kNumbers[] = {0.25};

TEST_F(OnTheDevice, AReductionIsThatOfTheCpu) {
  cuda::Queue queue(place);
  // One that few threads take, and one that many do and then fewer.
  for (const LatentShape& latent : {LatentShape{2, 3, 2, 3}, LatentShape{3, 4, 33, 31}}) {
    const auto size = static_cast<std::size_t>(latent.elements(KS_SHAPE_LATENT));
    const auto planes = static_cast<std::size_t>(latent.elements(KS_SHAPE_CHANNELS));
    std::vector<float> a = waves(size, 0.3F), b = waves(planes, 1.1F);
    const OnDevice<float> a_there(a), b_there(b);
    const plain::Part here[] = {{a.data(), cpu::kFloat32, KS_SHAPE_LATENT},
                                {b.data(), cpu::kFloat32, KS_SHAPE_CHANNELS}};
    const plain::Part there[] = {{a_there.data(), cpu::kFloat32, KS_SHAPE_LATENT},
                                 {b_there.data(), cpu::kFloat32, KS_SHAPE_CHANNELS}};
    for (const std::uint32_t shape : {KS_SHAPE_PIXELS, KS_SHAPE_CHANNELS, KS_SHAPE_ITEMS}) {
      for (const std::uint32_t kind :
           {KS_REDUCE_SUM, KS_REDUCE_MEAN, KS_REDUCE_MINIMUM, KS_REDUCE_MAXIMUM}) {
        std::vector<float> expected(static_cast<std::size_t>(latent.elements(shape)));
        const OnDevice<float> found(expected);
        plain::reduce(latent, {expected.data(), cpu::kFloat32, shape}, kind, {kProduct, kNumbers, here},
                      no_helpers());
        control.forget();
        cuda::reduce(queue, latent, {found.data(), cpu::kFloat32, shape}, kind,
                     {kProduct, kNumbers, there});
        EXPECT_EQ(control.waits(), 0U);
        EXPECT_LE(control.calls("cuLaunchKernel"), 3U);
        const std::vector<float> values = found.values();
        for (std::size_t i = 0; i < expected.size(); ++i) {
          // Sums are in float64 on both; values differ by the rounding of a product that is not fused.
          ASSERT_NEAR(values[i], expected[i], 0x1p-20 * (1 + std::abs(expected[i])))
              << "shape " << shape << ", kind " << kind << ", element " << i;
        }
      }
    }
    double expected = 0;
    for (std::size_t i = 0; i < size; ++i) expected += double{a[i]} * b[i / (size / planes)] + 0.25;
    EXPECT_NEAR(cuda::sum(queue, latent, {kProduct, kNumbers, there}), expected, 1e-3);
  }
}

TEST_F(OnTheDevice, AReductionKeepsWhatIsNoNumber) {
  cuda::Queue queue(place);
  const LatentShape latent{2, 1, 40, 40};
  std::vector<float> values = waves(3200, 1);
  values[1999] = std::nanf("");
  const OnDevice<float> there(values), found(std::vector<float>(2));
  const ks_op value{KS_OP_TERM, 0};
  const plain::Part term{there.data(), cpu::kFloat32, KS_SHAPE_LATENT};
  for (const std::uint32_t kind : {KS_REDUCE_MINIMUM, KS_REDUCE_MAXIMUM}) {
    cuda::reduce(queue, latent, {found.data(), cpu::kFloat32, KS_SHAPE_ITEMS}, kind,
                 {{&value, 1}, {}, {&term, 1}});
    EXPECT_FALSE(std::isnan(found.values()[0]));
    EXPECT_TRUE(std::isnan(found.values()[1]));
  }
}

TEST_F(OnTheDevice, ABatchDoesNotChangeTheSumOfAnItem) {
  cuda::Queue queue(place);
  const std::vector<float> one = waves(4 * 33 * 31, 0.7F);
  std::vector<float> three;
  for (int i = 0; i < 3; ++i) three.insert(three.end(), one.begin(), one.end());
  const OnDevice<float> alone(one), together(three), sum(std::vector<float>(1)),
      sums(std::vector<float>(3));
  const ks_op value{KS_OP_TERM, 0};
  const plain::Part of_one{alone.data(), cpu::kFloat32, KS_SHAPE_LATENT};
  const plain::Part of_three{together.data(), cpu::kFloat32, KS_SHAPE_LATENT};
  cuda::reduce(queue, {1, 4, 33, 31}, {sum.data(), cpu::kFloat32, KS_SHAPE_ITEMS}, KS_REDUCE_SUM,
               {{&value, 1}, {}, {&of_one, 1}});
  cuda::reduce(queue, {3, 4, 33, 31}, {sums.data(), cpu::kFloat32, KS_SHAPE_ITEMS}, KS_REDUCE_SUM,
               {{&value, 1}, {}, {&of_three, 1}});
  EXPECT_EQ(sums.values(), std::vector<float>(3, sum.values()[0]));
}

// ---- filters and quantiles

// Both ways of each filter: body(filters, dst, src, gains), of the CPU's or the device's.
template <typename Body>
void expect_same_filter(cuda::Queue& queue, const plain::Planes& shape_of_dst, const Body& body) {
  constexpr std::size_t kItems = 2, kChannels = 3, kHeight = 9, kWidth = 14;
  const std::size_t size = kItems * kChannels * kHeight * kWidth;
  std::vector<float> src = waves(size, 0.3F), gains = waves(kItems * kHeight * kWidth, 2.0F);
  const OnDevice<float> src_there(src), gains_there(gains);
  const plain::Planes from{src.data(), cpu::kFloat32, kItems * kChannels, kHeight, kWidth};
  plain::Planes from_there = from, to = shape_of_dst;
  from_there.data = src_there.data();
  to.count = kItems * kChannels;
  std::vector<float> expected(to.count * to.pixels());
  const OnDevice<float> found(expected);
  to.data = expected.data();
  plain::Planes to_there = to;
  to_there.data = found.data();
  plain::Filters here;
  body(here, to, from, static_cast<const float*>(gains.data()));
  {
    cuda::Filters there(queue);
    body(there, to_there, from_there, static_cast<const float*>(gains_there.data()));
  }
  EXPECT_EQ(driver_control().waits(), 0U);
  const std::vector<float> values = found.values();
  for (std::size_t i = 0; i < values.size(); ++i) {
    // What is between two products is float32 here and float64 there: of bins up to 9 x 14 x 2, brought
    // back by their number.
    ASSERT_NEAR(values[i], expected[i], 1e-5) << i;
  }
}

TEST_F(OnTheDevice, AFilterIsThatOfTheCpu) {
  cuda::Queue queue(place);
  const plain::Planes same{nullptr, cpu::kFloat32, 0, 9, 14};
  for (const double sigma : {0.0, 0.7, 5.0}) {
    expect_same_filter(queue, same, [=](auto& filters, const auto& dst, const auto& src, const float*) {
      filters.blur(dst, src, sigma);
    });
  }
  for (const std::uint32_t transform : {KS_FOURIER_DFT, KS_FOURIER_DCT}) {
    expect_same_filter(queue, same,
                       [=](auto& filters, const auto& dst, const auto& src, const float* gains) {
                         filters.fourier(dst, src, gains, 3, transform);
                       });
  }
  expect_same_filter(queue, same, [](auto& filters, const auto& dst, const auto& src, const float*) {
    filters.coarse(dst, src, 3, 5);
  });
  for (const std::uint32_t how : {KS_RESIZE_AREA, KS_RESIZE_BILINEAR, KS_RESIZE_SPECTRAL}) {
    for (const plain::Planes& size : {plain::Planes{nullptr, cpu::kFloat32, 0, 4, 7},
                                      plain::Planes{nullptr, cpu::kFloat32, 0, 20, 21}}) {
      expect_same_filter(queue, size,
                         [=](auto& filters, const auto& dst, const auto& src, const float*) {
                           filters.resize(dst, src, how);
                         });
    }
  }
}

TEST_F(OnTheDevice, AFilterMayWriteToWhatItReads) {
  cuda::Queue queue(place);
  const std::vector<float> values = waves(60, 0.3F);
  const OnDevice<float> src(values), apart(values), within(values);
  cuda::Filters filters(queue);
  const auto planes = [](const OnDevice<float>& of) {
    return plain::Planes{of.data(), cpu::kFloat32, 2, 5, 6};
  };
  filters.blur(planes(apart), planes(src), 1.5);
  filters.blur(planes(within), planes(within), 1.5);
  EXPECT_EQ(within.values(), apart.values());
}

// Sixty-four are kept; one that is still to be read when it goes is not overwritten.
TEST_F(OnTheDevice, MatricesOfABlurThatChangesDoNotPileUp) {
  cuda::Queue queue(place);
  const std::vector<float> values = waves(30, 0.3F);
  const OnDevice<float> src(values), dst(values);
  const plain::Planes from{src.data(), cpu::kFloat32, 1, 5, 6}, to{dst.data(), cpu::kFloat32, 1, 5, 6};
  const std::size_t before = control.live().blocks;
  cuda::Filters filters(queue);
  for (int i = 1; i <= 100; ++i) filters.blur(to, from, 0.1 * i);
  std::vector<float> expected(30);
  plain::Filters here;
  std::vector<float> source = values;
  here.blur({expected.data(), cpu::kFloat32, 1, 5, 6}, {source.data(), cpu::kFloat32, 1, 5, 6}, 10.0);
  const std::vector<float> found = dst.values();
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6);
  EXPECT_LE(control.live().blocks - before, 65U);  // and scratch memory
}

TEST_F(OnTheDevice, AQuantileIsThatOfTheCpu) {
  cuda::Queue queue(place);
  for (const LatentShape& latent :
       {LatentShape{2, 3, 1, 1}, LatentShape{2, 3, 2, 3}, LatentShape{2, 4, 33, 31}}) {
    const auto size = static_cast<std::size_t>(latent.elements(KS_SHAPE_LATENT));
    std::vector<float> values = waves(size, 0.3F);
    for (std::size_t i = 0; i < size; i += 3) values[i] = values[0];  // many alike
    const OnDevice<float> there(values);
    for (const std::uint32_t shape : {KS_SHAPE_ITEMS, KS_SHAPE_CHANNELS}) {
      for (const double q : {0.0, 0.3, 0.5, 0.995, 1.0}) {
        std::vector<float> expected(static_cast<std::size_t>(latent.elements(shape)));
        const OnDevice<float> found(expected);
        plain::quantile(latent, {expected.data(), cpu::kFloat32, shape},
                        {values.data(), cpu::kFloat32, KS_SHAPE_LATENT}, q);
        control.forget();
        cuda::quantile(queue, latent, {found.data(), cpu::kFloat32, shape},
                       {there.data(), cpu::kFloat32, KS_SHAPE_LATENT}, q);
        EXPECT_EQ(control.waits(), 0U);
        const std::vector<float> got = found.values();
        for (std::size_t i = 0; i < got.size(); ++i) {
          ASSERT_FLOAT_EQ(got[i], expected[i]) << "q " << q << ", shape " << shape << ", of " << size;
        }
      }
    }
  }
}

TEST_F(OnTheDevice, AQuantileOfWhatIsNoNumberIsNone) {
  cuda::Queue queue(place);
  const float infinity = std::numeric_limits<float>::infinity();
  const OnDevice<float> there({-1, std::nanf(""), 2, 3, -infinity, -0.0F, 5, infinity});
  const OnDevice<float> found(std::vector<float>(2));
  const LatentShape latent{2, 1, 2, 2};
  const plain::Part tensor{there.data(), cpu::kFloat32, KS_SHAPE_LATENT};
  cuda::quantile(queue, latent, {found.data(), cpu::kFloat32, KS_SHAPE_ITEMS}, tensor, 1.0);
  EXPECT_TRUE(std::isnan(found.values()[0]));
  EXPECT_EQ(found.values()[1], infinity);
  cuda::quantile(queue, latent, {found.data(), cpu::kFloat32, KS_SHAPE_ITEMS}, tensor, 1.0 / 3);
  EXPECT_EQ(found.values()[1], 0);
}

// ---- the queue

TEST_F(OnTheDevice, NumbersGoThereWhileTheCallerGoesOn) {
  cuda::Queue queue(place);
  const OnDevice<float> first(std::vector<float>(4)), second(std::vector<float>(4));
  const auto write = [&](const OnDevice<float>& to, float value) {
    void* const target = to.data();
    queue.upload({&target, 1}, 4 * sizeof(float),
                 [&](void* bytes) { std::fill_n(static_cast<float*>(bytes), 4, value); });
  };
  control.set_slow(true);
  write(first, 1);
  write(second, 2);  // the device has not read the first one yet: it has memory of its own
  EXPECT_EQ(control.calls("cuMemHostAlloc"), 2U);
  EXPECT_EQ(control.waits(), 0U);
  control.set_slow(false);
  write(first, 3);
  EXPECT_EQ(control.calls("cuMemHostAlloc"), 2U);  // used again
  EXPECT_EQ(first.values(), std::vector<float>(4, 3));
  EXPECT_EQ(second.values(), std::vector<float>(4, 2));
}

TEST_F(OnTheDevice, ACallerWhoIsFarAheadWaitsForTheOldest) {
  cuda::Queue queue(place);
  const OnDevice<int> place_of(std::vector<int>(1));
  void* const target = place_of.data();
  control.set_slow(true);
  for (int i = 0; i < 20; ++i) {
    queue.upload({&target, 1}, sizeof(int), [&](void* bytes) { *static_cast<int*>(bytes) = i; });
  }
  EXPECT_EQ(control.calls("cuMemHostAlloc"), 8U);
  EXPECT_EQ(control.waits(), 12U);
  // What is larger takes the place of the oldest.
  const OnDevice<int> larger(std::vector<int>(2));
  void* const wide = larger.data();
  queue.upload({&wide, 1}, 2 * sizeof(int), [&](void* bytes) { std::memset(bytes, 0, 8); });
  EXPECT_EQ(control.live().host_blocks, 8U);
  EXPECT_EQ(place_of.values(), std::vector<int>{19});
}

TEST_F(OnTheDevice, MemoryIsThereWithoutPoolsToo) {
  control.set_memory_pools(false);
  cuda::Queue queue(place);
  queue.free(queue.allocate(100));
  EXPECT_EQ(control.calls("cuMemAlloc_v2"), 1U);
  EXPECT_EQ(control.calls("cuMemFree_v2"), 1U);
  EXPECT_EQ(control.calls("cuMemAllocAsync"), 0U);
}

TEST_F(OnTheDevice, MemoryThatIsUsedUpIsSaid) {
  cuda::Queue queue(place);
  EXPECT_THROW(queue.allocate(std::size_t{1} << 30), Error);
}

// What each call of a queue does when the driver fails.
TEST_F(OnTheDevice, AFailureIsSaidAndLeavesNothing) {
  const auto work = [&] {
    cuda::driver().set_current_context(nullptr);  // as on a thread that is new to CUDA
    cuda::Queue queue(place);
    void* const data = queue.allocate(64);
    const auto freed = [&](void* of) { queue.free(of); };
    const std::unique_ptr<void, decltype(freed)> owner(data, freed);
    queue.upload({&data, 1}, 64, [](void* bytes) { std::memset(bytes, 0, 64); });
    queue.upload({&data, 1}, 64, [](void* bytes) { std::memset(bytes, 0, 64); });
    const void* const term = data;
    const float factor = 2;
    cuda::lincomb(place, {cpu::kFloat32, 16}, data, {&factor, 1}, {&term, 1});
    cuda::lincomb(place, {cpu::kFloat32, 16}, data, {}, {});
    const ks_op value{KS_OP_TERM, 0};
    const plain::Part part{data, cpu::kFloat32, KS_SHAPE_LATENT};
    cuda::map(place, {1, 1, 4, 4}, part, {{&value, 1}, {}, {&part, 1}});
    static_cast<void>(cuda::sum(queue, {1, 1, 4, 4}, {{&value, 1}, {}, {&part, 1}}));
  };
  int failures = 0;
  for (const char* function :
       {"cuDeviceGet", "cuDevicePrimaryCtxRetain", "cuDeviceGetAttribute", "cuCtxGetCurrent",
        "cuCtxSetCurrent", "cuMemAllocAsync", "cuMemHostAlloc", "cuEventCreate", "cuMemcpyHtoDAsync_v2",
        "cuEventRecord", "cuEventQuery", "cuLaunchKernel", "cuMemsetD8Async", "cuMemcpyDtoHAsync_v2",
        "cuStreamSynchronize"}) {
    control.forget();
    work();
    const std::uint64_t calls = control.calls(function);
    EXPECT_GE(calls, 1U) << function;
    for (std::uint64_t n = 1; n <= calls; ++n) {
      control.fail(function, n, 719);
      try {
        work();
        // Where it frees: what cannot be said is passed over.
        EXPECT_TRUE(std::string(function).starts_with("cuCtx")) << function << " " << n;
      } catch (const Error& error) {
        ++failures;
        EXPECT_NE(std::string(error.what()).find("(719)"), std::string::npos) << error.what();
      }
      control.fail(nullptr, 0, 0);
      expect_nothing_left();
    }
  }
  EXPECT_GE(failures, 25);  // not one of a few functions alone
}

}  // namespace
}  // namespace ksampler::test
