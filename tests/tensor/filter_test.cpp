// The filters of ks/filter.h on tensors beside their definitions, and beside the toy host's, which are
// written another way.
#include "host/tensor/space.hpp"

#include "host/conformance/toy_host.hpp"

#include <ks/filter.hpp>
#include <ks/sampler.hpp>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

namespace ksampler {
namespace {

at::Tensor some(at::IntArrayRef sizes) {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return (at::arange(count, at::kFloat) * 0.7).sin().reshape(sizes) + 0.25;
}

class Filters : public ::testing::Test {
 protected:
  at::Tensor latent_ = some({2, 3, 6, 5});
  TensorSpace space_{latent_};
  ks_tensor* src_ = space_.adopt(latent_);
  ks_tensor* dst_ = space_.create();
  std::string error_;

  at::Tensor result() { return *space_.find(dst_); }
  ks_tensor* gains(const std::vector<double>& numbers) {
    ks_tensor* const made = space_.create(KS_SHAPE_PIXELS);
    EXPECT_EQ(space_.fill(made, numbers, error_), KS_OK) << error_;
    return made;
  }
  static std::vector<double> ones() { return std::vector<double>(30, 1.0); }
  // Sums of a hundred values of size 1 in float32.
  static void expect_near(const at::Tensor& got, const at::Tensor& wanted) {
    EXPECT_TRUE(at::allclose(got, wanted, 1e-5, 1e-5)) << (got - wanted).abs().max().item<float>();
  }
};

TEST_F(Filters, GiveBackWhatGoesInWhereAllGainsAreOne) {
  for (const std::uint32_t transform : {KS_FOURIER_DFT, KS_FOURIER_DCT}) {
    ASSERT_EQ(space_.fourier(dst_, src_, gains(ones()), transform, error_), KS_OK) << error_;
    expect_near(result(), latent_);
  }
}

TEST_F(Filters, LeaveTheMeanOfAPlaneAloneWhereTheFirstBinIs) {
  std::vector<double> first(30, 0.0);
  first[0] = 1.0;
  for (const std::uint32_t transform : {KS_FOURIER_DFT, KS_FOURIER_DCT}) {
    ASSERT_EQ(space_.fourier(dst_, src_, gains(first), transform, error_), KS_OK);
    expect_near(result(), latent_.mean({2, 3}, true).expand_as(latent_));
  }
}

TEST_F(Filters, BlurKeepsTheMeanAndHasTheWidthThatIsSaid) {
  at::Tensor point = at::zeros({1, 1, 41, 41});
  point[0][0][20][20] = 1.0;
  TensorSpace space(point);
  ks_tensor* const x = space.adopt(point);
  ASSERT_EQ(space.blur(x, x, 3.0, error_), KS_OK) << error_;
  const at::Tensor far = at::arange(-20, 21, at::kFloat);
  EXPECT_NEAR(point.sum().item<float>(), 1.0, 1e-6);
  // The Gaussian goes on beyond the edges, by 1e-10 of it, and is one of places, not of a line.
  EXPECT_NEAR((point[0][0].sum(0) * far * far).sum().item<float>(), 9.0, 1e-3);
  EXPECT_NEAR((point[0][0].sum(1) * far * far).sum().item<float>(), 9.0, 1e-3);
}

TEST_F(Filters, BlurOfAnySizeKeepsAConstant) {
  latent_.fill_(0.75);
  for (const double sigma : {0.0, 0.3, 4.0, 1000.0}) {
    ASSERT_EQ(space_.blur(dst_, src_, sigma, error_), KS_OK) << error_;
    expect_near(result(), latent_);
  }
}

TEST_F(Filters, AreThoseOfTheToyHostWhichAreWrittenByTheirDefinitions) {
  at::Tensor latent = some({2, 2, 3, 4});
  TensorSpace space(latent);
  ks_tensor* const src = space.adopt(latent);
  ks_tensor* const dst = space.create();
  ks_tensor* const factors = space.create(KS_SHAPE_PIXELS);
  std::vector<double> numbers(3 * 4);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = 1.0 / (1.0 + static_cast<double>(i));
  ASSERT_EQ(space.fill(factors, numbers, error_), KS_OK) << error_;

  toy::Host host;
  host.sigmas = {1.0, 0.0};
  host.items = 2;
  host.channels = 2;
  host.height = 3;
  host.x.assign(48, 0.0);
  const ks::Run run(host.abi());
  toy::Vector values;
  for (std::int64_t i = 0; i < 48; ++i) values.push_back(latent.flatten()[i].item<double>());
  ks_tensor* const held = host.hold(values);
  const ks::Tensor toy_src(run.abi(), held, true);
  const ks::PerPixel toy_gains = ks::filled(run.abi(), numbers);
  const auto expect_same = [&](const ks::Tensor& toy) {
    const at::Tensor wanted =
        at::from_blob(toy.handle()->values.data(), {2, 2, 3, 4}, at::kDouble).to(at::kFloat);
    expect_near(*space.find(dst), wanted);
  };
  ASSERT_EQ(space.fourier(dst, src, factors, KS_FOURIER_DFT, error_), KS_OK);
  expect_same(ks::fourier(toy_src, toy_gains, ks::Transform::dft));
  ASSERT_EQ(space.fourier(dst, src, factors, KS_FOURIER_DCT, error_), KS_OK);
  expect_same(ks::fourier(toy_src, toy_gains, ks::Transform::dct));
  ASSERT_EQ(space.blur(dst, src, 1.7, error_), KS_OK);
  expect_same(ks::blurred(toy_src, 1.7));
  ASSERT_EQ(space.coarse(dst, src, 2, 3, error_), KS_OK);
  expect_same(ks::coarse(toy_src, 2, 3));
  host.let_go(held);
}

TEST_F(Filters, CoarseIsTheLatentWhereTheSizeIsItsOwn) {
  ASSERT_EQ(space_.coarse(dst_, src_, 6, 5, error_), KS_OK);
  expect_near(result(), latent_);
  ASSERT_EQ(space_.coarse(dst_, src_, 1, 1, error_), KS_OK);
  expect_near(result(), latent_.mean({2, 3}, true).expand_as(latent_));
}

TEST_F(Filters, GiveAnItemTheSameBitsAloneAndInABatch) {
  const at::Tensor latent = some({3, 4, 16, 24});
  const auto of = [&](const at::Tensor& tensor, int which) {
    TensorSpace space(tensor);
    ks_tensor* const x = space.adopt(tensor.clone());
    ks_tensor* const factors = space.create(KS_SHAPE_PIXELS);
    std::vector<double> numbers(16 * 24);
    std::iota(numbers.begin(), numbers.end(), 0.0);
    EXPECT_EQ(space.fill(factors, numbers, error_), KS_OK);
    ks_status status = KS_OK;
    if (which < 2) status = space.fourier(x, x, factors, static_cast<std::uint32_t>(which), error_);
    if (which == 2) status = space.blur(x, x, 2.5, error_);
    if (which == 3) status = space.coarse(x, x, 7, 9, error_);
    EXPECT_EQ(status, KS_OK) << error_;
    return space.find(x)->clone();
  };
  for (int which = 0; which < 4; ++which) {
    const at::Tensor together = of(latent, which);
    for (std::int64_t item = 0; item < 3; ++item) {
      EXPECT_TRUE(at::equal(of(latent.narrow(0, item, 1).contiguous(), which)[0], together[item]));
    }
  }
}

TEST_F(Filters, WorkOnHalfPrecisionInFloat32) {
  at::Tensor half = latent_.to(at::kBFloat16);
  TensorSpace space(half);
  ks_tensor* const x = space.adopt(half);
  ASSERT_EQ(space.blur(x, x, 1.0, error_), KS_OK);
  ASSERT_EQ(space_.blur(dst_, src_, 1.0, error_), KS_OK);
  // A bfloat16 has 8 bits: rounded before, and once after.
  EXPECT_TRUE(at::allclose(half.to(at::kFloat), result(), 0.01, 0.01));
}

TEST_F(Filters, RefuseWhatTheyCannotDoWithASentence) {
  const auto refused = [&](ks_status status, const std::string& says) {
    EXPECT_EQ(status, KS_INVALID_ARGUMENT);
    EXPECT_NE(error_.find(says), std::string::npos) << error_;
  };
  ks_tensor* const item = space_.create(KS_SHAPE_ITEMS);
  refused(space_.fill(dst_, std::vector<double>(7), error_), "7 numbers; expected 180, or 90");
  refused(space_.fill(item, std::vector<double>{1e300}, error_), "expected a finite number");
  refused(space_.fill(nullptr, std::vector<double>(1), error_), "fill: the result is not a tensor");
  refused(space_.fourier(dst_, src_, dst_, KS_FOURIER_DFT, error_), "a number a pixel");
  refused(space_.fourier(dst_, src_, gains(ones()), 2, error_), "2 is no transform");
  refused(space_.fourier(item, src_, gains(ones()), 0, error_), "smaller than the latent");
  refused(space_.blur(dst_, src_, -1.0, error_), "expected 0 to 1000");
  refused(space_.blur(dst_, src_, std::nan(""), error_), "expected 0 to 1000");
  refused(space_.blur(dst_, nullptr, 1.0, error_), "blur: the tensor is not a tensor of this run");
  refused(space_.coarse(dst_, src_, 7, 5, error_), "expected 1 x 1 to the latent's 6 x 5");
  refused(space_.coarse(dst_, src_, 0, 5, error_), "expected 1 x 1");
}

}  // namespace
}  // namespace ksampler
