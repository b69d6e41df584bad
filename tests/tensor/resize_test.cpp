// Tensors of another height and width than the latent's, on tensors and beside the toy host, whose
// resizing is written another way.
#include "host/tensor/space.hpp"

#include "host/conformance/toy_host.hpp"

#include <ks/runs.hpp>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace ksampler {
namespace {

constexpr std::uint32_t kWays[] = {KS_RESIZE_AREA, KS_RESIZE_BILINEAR, KS_RESIZE_SPECTRAL};

at::Tensor some(at::IntArrayRef sizes) {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return (at::arange(count, at::kFloat) * 0.7).sin().reshape(sizes) + 0.25;
}

class Resize : public ::testing::Test {
 protected:
  at::Tensor latent_ = some({2, 3, 6, 5});
  TensorSpace space_{latent_};
  ks_tensor* x_ = space_.adopt(latent_);
  std::string error_;

  at::Tensor resized(const ks_tensor* src, std::int64_t height, std::int64_t width, std::uint32_t how) {
    ks_tensor* const made = space_.create_sized(height, width);
    EXPECT_EQ(space_.resize(made, src, how, error_), KS_OK) << error_;
    at::Tensor copy = space_.find_sized(made)->clone();
    space_.release(made);
    return copy;
  }
};

TEST_F(Resize, KeepsAPlaneOfOneValue) {
  latent_.fill_(0.75);
  for (const std::uint32_t how : kWays) {
    for (const auto& [height, width] : {std::pair(3, 2), std::pair(9, 7), std::pair(2, 11)}) {
      const at::Tensor got = resized(x_, height, width, how);
      EXPECT_EQ(got.sizes(), at::IntArrayRef({2, 3, height, width}));
      // Sums of some ten products in float32.
      EXPECT_TRUE(at::allclose(got, at::full_like(got, 0.75), 0, 1e-6)) << how;
    }
  }
}

TEST_F(Resize, IsTheTensorItselfAtItsOwnSize) {
  for (const std::uint32_t how : kWays) {
    EXPECT_TRUE(at::allclose(resized(x_, 6, 5, how), latent_, 0, 1e-6)) << how;
  }
}

TEST_F(Resize, IsThatOfTheToyHostWhichIsWrittenByTheDefinitions) {
  toy::Host host;
  host.sigmas = {1.0, 0.0};
  host.items = 2;
  host.channels = 3;
  host.height = 6;
  host.x.assign(180, 0.0);
  const ks::Run run(host.abi());
  const ks::Inside inside(run);
  toy::Vector values;
  for (std::int64_t i = 0; i < 180; ++i) values.push_back(latent_.flatten()[i].item<double>());
  ks_tensor* const held = host.hold(values);
  const ks::Tensor x(run.abi(), held, true);
  for (const std::uint32_t how : kWays) {
    for (const auto& [height, width] : {std::pair(3, 4), std::pair(9, 7), std::pair(6, 2)}) {
      const auto rows = static_cast<std::uint32_t>(height);
      const auto columns = static_cast<std::uint32_t>(width);
      const ks::Tensor toy = inside.resized(x, rows, columns, static_cast<ks::Resize>(how));
      const at::Tensor wanted =
          at::from_blob(toy.handle()->values.data(), {2, 3, height, width}, at::kDouble).to(at::kFloat);
      // Sums of some ten products in float32.
      EXPECT_TRUE(at::allclose(resized(x_, height, width, how), wanted, 0, 1e-6))
          << how << " " << height;
    }
  }
  host.let_go(held);
}

TEST_F(Resize, SpectralLosesNothingThereAndBackWhereTheOtherSizeIsLarger) {
  ks_tensor* const large = space_.create_sized(11, 8);
  ASSERT_EQ(space_.resize(large, x_, KS_RESIZE_SPECTRAL, error_), KS_OK);
  EXPECT_TRUE(at::allclose(resized(large, 6, 5, KS_RESIZE_SPECTRAL), latent_, 0, 1e-5));
}

TEST_F(Resize, SpectralMakesWhiteNoiseWeakerByTheShareOfCells) {
  at::Tensor noise =
      at::randn({4, 16, 64, 48}, at::make_generator<at::CPUGeneratorImpl>(7), at::kFloat);
  TensorSpace space(noise);
  ks_tensor* const x = space.adopt(noise);
  ks_tensor* const small = space.create_sized(32, 24);
  ASSERT_EQ(space.resize(small, x, KS_RESIZE_SPECTRAL, error_), KS_OK) << error_;
  // 49,152 squares: their mean is within 1 % in 98 of 100 draws, and this one is always the same.
  EXPECT_NEAR(space.find_sized(small)->square().mean().item<double>(), 0.25, 0.0025);
}

TEST_F(Resize, GivesAnItemTheSameBitsAloneAndInABatch) {
  TensorSpace alone(latent_.narrow(0, 1, 1).contiguous());
  ks_tensor* const item = alone.adopt(latent_.narrow(0, 1, 1).contiguous());
  for (const std::uint32_t how : kWays) {
    ks_tensor* const small = alone.create_sized(3, 4);
    ASSERT_EQ(alone.resize(small, item, how, error_), KS_OK);
    EXPECT_TRUE(at::equal((*alone.find_sized(small))[0], resized(x_, 3, 4, how)[1])) << how;
  }
}

TEST_F(Resize, SizedTensorsAddUpAmongThemselves) {
  ks_tensor* const a = space_.create_sized(3, 2);
  ks_tensor* const b = space_.create_sized(3, 2);
  space_.find_sized(a)->fill_(2.0);
  ASSERT_EQ(space_.lincomb(b, std::array{1.5}, std::array{a}, error_), KS_OK) << error_;
  EXPECT_TRUE(at::equal(*space_.find_sized(b), at::full({2, 3, 3, 2}, 3.0f)));
  EXPECT_EQ(space_.lincomb(b, std::array{1.0}, std::array{x_}, error_), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error_, "lincomb: term 0 has another height and width than the result");
}

TEST_F(Resize, StorageOfASizeIsUsedAgain) {
  ks_tensor* const first = space_.create_sized(4, 4);
  space_.release(first);
  const std::uint64_t allocated = space_.allocations();
  ks_tensor* const second = space_.create_sized(4, 4);
  EXPECT_EQ(space_.allocations(), allocated);
  EXPECT_NE(second, first);  // another life
  EXPECT_EQ(space_.find_sized(first), nullptr);
}

TEST_F(Resize, OtherOperationsSayThatTheyTakeTheLatentsSize) {
  ks_tensor* const small = space_.create_sized(3, 2);
  double result = 0;
  EXPECT_EQ(space_.norm(small, result, error_), KS_INVALID_ARGUMENT);
  EXPECT_EQ(space_.blur(x_, small, 1.0, error_), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error_,
            "blur: the tensor has another height and width than the latent: lincomb, denoise, step and "
            "what ks_runs has take it");
  const ks_op term{KS_OP_TERM, 0};
  const ks_expression formula{sizeof(ks_expression), 1, &term, 0, 1, nullptr, &small};
  EXPECT_EQ(space_.map(x_, formula, error_), KS_INVALID_ARGUMENT);
  EXPECT_EQ(space_.resize(small, x_, 3, error_), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error_, "resize: 3 is no way; expected 0 (area), 1 (bilinear) or 2 (spectral)");
  EXPECT_EQ(space_.resize(small, small, 0, error_), KS_INVALID_ARGUMENT);
  ks_tensor* const pixels = space_.create(KS_SHAPE_PIXELS);
  EXPECT_EQ(space_.resize(pixels, x_, 0, error_), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error_, "resize: the result is smaller than the latent: formulas alone take it");
}

}  // namespace
}  // namespace ksampler
