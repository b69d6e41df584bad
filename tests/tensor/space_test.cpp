#include "host/tensor/space.hpp"

#include "tests/tensor/sums.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <set>

namespace ksampler {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

class Space : public ::testing::Test {
 protected:
  ks_tensor* filled(float value) {
    ks_tensor* handle = space.create();
    space.find(handle)->fill_(value);
    return handle;
  }
  ks_status lincomb(ks_tensor* dst, std::vector<double> coefficients, std::vector<ks_tensor*> terms) {
    return space.lincomb(dst, coefficients, terms, error);
  }
  float first(ks_tensor* handle) { return space.find(handle)->flatten()[0].item<float>(); }

  static constexpr std::size_t kBytes = 2 * 3 * 4;
  TensorSpace space{at::zeros({2, 3})};
  std::string error;
};

TEST_F(Space, CombinesTensorsByTheirHandles) {
  ks_tensor* x = filled(2);
  ks_tensor* y = filled(5);
  EXPECT_EQ(lincomb(x, {0.5, 3.0}, {x, y}), KS_OK);
  EXPECT_EQ(first(x), 16.0f);
  EXPECT_EQ(lincomb(y, {}, {}), KS_OK);
  EXPECT_EQ(first(y), 0.0f);
}

TEST_F(Space, AdoptsATensorWithoutCopyingIt) {
  at::Tensor latent = at::full({2, 3}, 4.0f);
  ks_tensor* x = space.adopt(latent);
  EXPECT_EQ(space.allocations(), 0U);
  EXPECT_EQ(lincomb(x, {2.0}, {x}), KS_OK);
  EXPECT_EQ(latent[1][2].item<float>(), 8.0f);
  space.release(x);
  EXPECT_EQ(latent[0][0].item<float>(), 8.0f);
  EXPECT_EQ(space.find(x), nullptr);
}

TEST_F(Space, RefusesATensorOfAnotherKind) {
  EXPECT_THROW(space.adopt(at::zeros({3, 2})), c10::Error);
  EXPECT_THROW(space.adopt(at::zeros({2, 3}, at::kHalf)), c10::Error);
  EXPECT_THROW(space.adopt(at::zeros({3, 2}).t()), c10::Error);
  EXPECT_THROW(space.adopt(at::Tensor()), c10::Error);
  EXPECT_THROW(TensorSpace(at::zeros({2}, at::kLong)), c10::Error);
}

TEST_F(Space, AllocatesNothingInALoopAfterItsFirstTurn) {
  ks_tensor* x = filled(1);
  std::uint64_t after_first = 0;
  for (int step = 0; step < 100; ++step) {
    ks_tensor* d = space.create();
    ks_tensor* noise = space.create();
    ASSERT_EQ(lincomb(d, {1.0, 1.0}, {x, x}), KS_OK);
    ASSERT_EQ(lincomb(x, {0.5, 0.0}, {d, noise}), KS_OK);
    space.release(noise);
    space.release(d);
    if (step == 0) after_first = space.allocations();
  }
  EXPECT_EQ(after_first, 3U);
  EXPECT_EQ(space.allocations(), after_first);
  EXPECT_EQ(first(x), 1.0f);
}

TEST_F(Space, CountsTheBytesThatMustBeReadAndWritten) {
  ks_tensor* x = filled(1);
  ks_tensor* y = filled(2);
  lincomb(x, {1.5, 2.0, 3.0}, {x, y, y});  // reads x, y; writes x
  EXPECT_EQ(space.lincomb_bytes(), 3 * kBytes);
  lincomb(y, {}, {});  // writes y
  EXPECT_EQ(space.lincomb_bytes(), 4 * kBytes);
  lincomb(x, {0.0, 1.0}, {x, y});  // x is not read
  EXPECT_EQ(space.lincomb_bytes(), 6 * kBytes);
  EXPECT_EQ(space.lincomb_count(), 3U);
  lincomb(nullptr, {}, {});
  EXPECT_EQ(space.lincomb_count(), 3U);
}

TEST_F(Space, TellsAReleasedHandleFromTheNextTensorInItsPlace) {
  ks_tensor* old = space.create();
  space.release(old);
  ks_tensor* fresh = space.create();
  EXPECT_EQ(space.allocations(), 1U);
  EXPECT_NE(old, fresh);
  EXPECT_EQ(space.find(old), nullptr);
  EXPECT_NE(space.find(fresh), nullptr);
  space.release(old);  // ignored
  EXPECT_NE(space.find(fresh), nullptr);
  space.release(fresh);
  space.release(fresh);  // twice: ignored
  ks_tensor* a = space.create();
  ks_tensor* b = space.create();
  EXPECT_NE(space.find(a)->const_data_ptr(), space.find(b)->const_data_ptr());
}

TEST_F(Space, AnswersAnyWrongHandleWithAnErrorThatNamesIt) {
  TensorSpace elsewhere(at::zeros({2, 3}));
  ks_tensor* x = filled(1);
  ks_tensor* released = space.create();
  space.release(released);
  int on_the_stack = 0;
  std::vector<ks_tensor*> wrong = {nullptr,
                                   released,
                                   elsewhere.create(),
                                   reinterpret_cast<ks_tensor*>(&on_the_stack),
                                   reinterpret_cast<ks_tensor*>(std::uintptr_t{1}),
                                   reinterpret_cast<ks_tensor*>(~std::uintptr_t{0})};
  for (ks_tensor* handle : wrong) {
    EXPECT_EQ(space.find(handle), nullptr);
    space.release(handle);
    EXPECT_EQ(lincomb(handle, {1.0}, {x}), KS_INVALID_ARGUMENT);
    EXPECT_EQ(error,
              "lincomb: the result is not a tensor of this run (null, released, or from elsewhere; is "
              "it of an `auto` whose tensor is gone?)");
    EXPECT_EQ(lincomb(x, {1.0, 1.0}, {x, handle}), KS_INVALID_ARGUMENT);
    EXPECT_EQ(error,
              "lincomb: term 1 is not a tensor of this run (null, released, or from elsewhere; is it "
              "of an `auto` whose tensor is gone?)");
    double result = 0;
    EXPECT_EQ(space.norm(handle, result, error), KS_INVALID_ARGUMENT);
    EXPECT_EQ(space.error_norm(x, x, handle, 1, 1, result, error), KS_INVALID_ARGUMENT);
    EXPECT_EQ(error,
              "error_norm: previous is not a tensor of this run (null, released, or from elsewhere; is "
              "it of an `auto` whose tensor is gone?)");
  }
  EXPECT_EQ(first(x), 1.0f);
}

TEST_F(Space, GivesEveryTensorItsOwnHandle) {
  std::set<ks_tensor*> handles;
  for (int i = 0; i < 1000; ++i) handles.insert(space.create());
  EXPECT_EQ(handles.size(), 1000U);
  at::Tensor* first_found = space.find(*handles.begin());
  for (int i = 0; i < 1000; ++i) handles.insert(space.create());
  EXPECT_EQ(space.find(*handles.begin()), first_found);  // a tensor stays where it is
}

TEST_F(Space, SaysWhichCoefficientIsNotFinite) {
  ks_tensor* x = filled(1);
  EXPECT_EQ(lincomb(x, {1.0, kNan}, {x, x}), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error, "lincomb: coefficient 1 is nan; expected a finite number in the range of float32");
  EXPECT_EQ(lincomb(x, {-kInfinity, 1.0}, {x, x}), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error, "lincomb: coefficient 0 is -inf; expected a finite number in the range of float32");
  EXPECT_EQ(lincomb(x, {1e39}, {x}), KS_INVALID_ARGUMENT);
  EXPECT_EQ(first(x), 1.0f);
  EXPECT_EQ(lincomb(x, {1.0}, {x, x}), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error, "lincomb: 1 coefficients for 2 tensors");
}

template <typename Format>
void expect_norms(at::ScalarType type, std::int64_t size) {
  auto values = random_terms<Format>(3, static_cast<std::size_t>(size), 5);
  const auto tensor = [&](std::size_t k) { return at::from_blob(values[k].data(), {size}, type); };
  TensorSpace space(tensor(0));
  ks_tensor* low = space.adopt(tensor(0));
  ks_tensor* high = space.adopt(tensor(1));
  ks_tensor* previous = space.adopt(tensor(2));
  constexpr double kAtol = 0.0078, kRtol = 0.05;
  double squares = 0, errors = 0;
  for (std::size_t i = 0; i < values[0].size(); ++i) {
    const double l = static_cast<float>(values[0][i]), h = static_cast<float>(values[1][i]);
    const double p = static_cast<float>(values[2][i]);
    const double delta = std::max(kAtol, kRtol * std::max(std::abs(l), std::abs(p)));
    squares += l * l;
    errors += (l - h) / delta * ((l - h) / delta);
  }
  const auto count = static_cast<double>(size);
  double norm = 0, error_norm = 0;
  std::string error;
  ASSERT_EQ(space.norm(low, norm, error), KS_OK) << error;
  ASSERT_EQ(space.error_norm(low, high, previous, kAtol, kRtol, error_norm, error), KS_OK) << error;
  // Both add in float64, in different orders: n roundings of 2^-53 at most.
  const double tolerance = count * 0x1p-53 + 0x1p-50;
  EXPECT_NEAR(norm / std::sqrt(squares / count), 1.0, tolerance) << size << " of " << type;
  EXPECT_NEAR(error_norm / std::sqrt(errors / count), 1.0, tolerance) << size << " of " << type;
}

TEST(SpaceNorms, AreTheFormulasInFloat64) {
  for (const std::int64_t size : {1, 3, 17, 16384, 100003}) {
    expect_norms<F32>(at::kFloat, size);
    expect_norms<F16>(at::kHalf, size);
    expect_norms<Bf16>(at::kBFloat16, size);
  }
}

TEST(SpaceNorms, AreTheSameForEveryNumberOfThreads) {
  const int threads = at::get_num_threads();
  auto values = random_terms<F32>(1, 1000003, 6);
  TensorSpace space(at::zeros({1000003}));
  ks_tensor* x = space.adopt(at::from_blob(values[0].data(), {1000003}, at::kFloat));
  std::string error;
  std::set<double> results;
  for (const int number : {1, 2, 3, 8}) {
    at::set_num_threads(number);
    double result = 0;
    ASSERT_EQ(space.norm(x, result, error), KS_OK);
    results.insert(result);
  }
  at::set_num_threads(threads);
  EXPECT_EQ(results.size(), 1U);
}

TEST_F(Space, NormsOfNanAreNan) {
  ks_tensor* x = filled(1);
  ks_tensor* bad = filled(1);
  space.find(bad)->flatten()[4].fill_(kNan);
  double result = 0;
  EXPECT_EQ(space.norm(bad, result, error), KS_OK);
  EXPECT_TRUE(std::isnan(result));
  for (const auto& [low, high, previous] : {std::tuple{bad, x, x}, {x, bad, x}, {x, x, bad}}) {
    EXPECT_EQ(space.error_norm(low, high, previous, 0.1, 0.1, result, error), KS_OK);
    EXPECT_TRUE(std::isnan(result));
  }
}

TEST_F(Space, RefusesTolerancesThatAreNone) {
  ks_tensor* x = filled(1);
  double result = 0;
  EXPECT_EQ(space.error_norm(x, x, x, kNan, 0.1, result, error), KS_INVALID_ARGUMENT);
  EXPECT_EQ(space.error_norm(x, x, x, 0.1, -0.1, result, error), KS_INVALID_ARGUMENT);
  EXPECT_EQ(error,
            "error_norm: atol is 0.100000 and rtol -0.100000; expected finite numbers, 0 or above");
}

}  // namespace
}  // namespace ksampler
