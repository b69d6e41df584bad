#include "host/tensor/lincomb.hpp"

#include "tests/tensor/sums.hpp"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/zeros.h>
#include <ATen/ops/zeros_like.h>
#include <c10/util/Exception.h>
#include <gtest/gtest.h>

#include <limits>

namespace ksampler {
namespace {

std::vector<const at::Tensor*> pointers_to(const std::vector<at::Tensor>& tensors) {
  std::vector<const at::Tensor*> pointers;
  for (const at::Tensor& tensor : tensors) pointers.push_back(&tensor);
  return pointers;
}

// Tensors over the values of sums.hpp, which they do not own.
template <typename Format>
std::vector<at::Tensor> tensors_of(std::vector<std::vector<typename Format::Type>>& terms,
                                   at::ScalarType type) {
  std::vector<at::Tensor> tensors;
  for (auto& term : terms) {
    tensors.push_back(at::from_blob(term.data(), {static_cast<std::int64_t>(term.size())}, type));
  }
  return tensors;
}

template <typename Format>
void expect_sum(at::ScalarType type, std::size_t count, std::size_t size) {
  auto terms = random_terms<Format>(count, size, 3);
  const std::vector<at::Tensor> tensors = tensors_of<Format>(terms, type);
  const std::vector<float> factors = some_coefficients(count);
  at::Tensor out = at::empty({static_cast<std::int64_t>(size)}, type);
  lincomb(out, std::vector<double>(factors.begin(), factors.end()), pointers_to(tensors));
  const auto* values = static_cast<const typename Format::Type*>(out.const_data_ptr());
  for (std::size_t i = 0; i < size; ++i) {
    const Expected expected = expected_sum<Format>(terms, factors, i);
    ASSERT_NEAR(static_cast<float>(values[i]), expected.value, expected.tolerance)
        << count << " terms of " << type << ", element " << i << " of " << size;
  }
}

TEST(Lincomb, IsTheSumForTensorsThatThreadsShare) {
  for (const std::size_t count : {2, 9, 20}) {
    expect_sum<F32>(at::kFloat, count, 1000003);
    expect_sum<F16>(at::kHalf, count, 1000003);
    expect_sum<Bf16>(at::kBFloat16, count, 1000003);
  }
}

TEST(Lincomb, OfNothingIsZero) {
  at::Tensor out = at::full({3, 5}, 7.0f);
  lincomb(out, {}, {});
  EXPECT_EQ(out.abs().sum().item<float>(), 0.0f);
}

TEST(Lincomb, OfOneTermWithCoefficientOneCopiesEveryBit) {
  for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
    // NaN with a payload too: arithmetic would not keep it.
    at::Tensor from = at::empty({100003}, type);
    auto* bytes = static_cast<unsigned char*>(from.mutable_data_ptr());
    for (std::size_t i = 0; i < from.nbytes(); ++i)
      bytes[i] = static_cast<unsigned char>(i * 37 + i / 251);
    at::Tensor out = at::zeros_like(from);
    lincomb(out, std::vector{1.0}, std::vector<const at::Tensor*>{&from});
    EXPECT_EQ(std::memcmp(out.const_data_ptr(), from.const_data_ptr(), from.nbytes()), 0);
    lincomb(out, std::vector{1.0}, std::vector<const at::Tensor*>{&out});
    EXPECT_EQ(std::memcmp(out.const_data_ptr(), from.const_data_ptr(), from.nbytes()), 0);
  }
}

TEST(Lincomb, DoesNotReadATermWhoseCoefficientIsZero) {
  at::Tensor out = at::full({40}, 2.0f);
  const at::Tensor infinite = at::full({40}, std::numeric_limits<float>::infinity());
  const at::Tensor nan = at::full({40}, std::numeric_limits<float>::quiet_NaN());
  lincomb(out, std::vector{0.0, 3.0, -0.0}, std::vector<const at::Tensor*>{&infinite, &out, &nan});
  EXPECT_TRUE(out.eq(6.0f).all().item<bool>());
  lincomb(out, std::vector{0.0}, std::vector<const at::Tensor*>{&nan});
  EXPECT_TRUE(out.eq(0.0f).all().item<bool>());
}

TEST(Lincomb, LetsInfinityThroughWhereTheCoefficientIsNotZero) {
  at::Tensor out = at::zeros({40});
  const at::Tensor infinite = at::full({40}, std::numeric_limits<float>::infinity());
  lincomb(out, std::vector{1.0, -1.0}, std::vector<const at::Tensor*>{&infinite, &infinite});
  EXPECT_TRUE(out.isnan().all().item<bool>());
}

TEST(Lincomb, GivesTheSameBitsForEveryNumberOfThreads) {
  const int threads = at::get_num_threads();
  for (const std::size_t count : {1, 4, 13}) {
    auto terms = random_terms<F32>(count, 1000003, 4);
    const std::vector<at::Tensor> tensors = tensors_of<F32>(terms, at::kFloat);
    const std::vector<float> factors = some_coefficients(count);
    const std::vector<double> coefficients(factors.begin(), factors.end());
    at::Tensor alone = at::empty({1000003}), shared = at::empty({1000003});
    at::set_num_threads(1);
    lincomb(alone, coefficients, pointers_to(tensors));
    for (const int number : {2, 3, 7}) {
      at::set_num_threads(number);
      shared.zero_();
      lincomb(shared, coefficients, pointers_to(tensors));
      EXPECT_EQ(std::memcmp(alone.const_data_ptr(), shared.const_data_ptr(), alone.nbytes()), 0)
          << count << " terms, " << number << " threads";
    }
  }
  at::set_num_threads(threads);
}

TEST(Lincomb, OfEmptyTensorsDoesNothing) {
  at::Tensor out = at::empty({0, 4}), term = at::empty({0, 4});
  lincomb(out, std::vector{2.0}, std::vector<const at::Tensor*>{&term});
  EXPECT_EQ(out.numel(), 0);
}

std::string refusal(at::Tensor out, const at::Tensor& term) {
  try {
    lincomb(out, std::vector{1.5}, std::vector<const at::Tensor*>{&term});
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  }
  return "accepted";
}

TEST(Lincomb, RefusesTensorsThatDoNotFitAndSaysHow) {
  const at::Tensor out = at::zeros({4, 4});
  EXPECT_EQ(refusal(out, at::zeros({4, 4}, at::kHalf)),
            "lincomb: term 0 is CPUHalfType [4, 4]; expected a contiguous CPUFloatType [4, 4] like the "
            "result");
  EXPECT_NE(refusal(out, at::zeros({4, 5})).find("[4, 5]"), std::string::npos);
  EXPECT_NE(refusal(out, at::zeros({4, 8}).slice(1, 0, 8, 2)).find("contiguous"), std::string::npos);
  EXPECT_EQ(refusal(at::zeros({4}, at::kDouble), at::zeros({4}, at::kDouble)),
            "the tensor is of type Double; expected float32, float16 or bfloat16");
}

}  // namespace
}  // namespace ksampler
