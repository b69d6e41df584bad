#include "host/plain/cpu/kernels.hpp"
#include "tests/tensor/sums.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <span>

namespace ksampler {
namespace {

// Of -0 and 0 and of NaN, too.
template <typename Type>
bool same_bits(const std::vector<Type>& a, const std::vector<Type>& b) {
  return std::ranges::equal(std::as_bytes(std::span(a)), std::as_bytes(std::span(b)));
}

// Every instruction set of this machine times every format.
template <typename Format>
class CpuLincomb : public ::testing::Test {
 protected:
  using Type = typename Format::Type;

  template <typename Body>
  void each_instruction_set(const Body& body) {
    for (std::size_t rank = 0; cpu::runnable_kernels(rank) != nullptr; ++rank) {
      const cpu::Kernels& kernels = *cpu::runnable_kernels(rank);
      SCOPED_TRACE(kernels.name);
      body(kernels);
    }
  }

  static std::vector<Type> run(const cpu::Kernels& kernels, const std::vector<std::vector<Type>>& terms,
                               const std::vector<float>& coefficients) {
    std::vector<const void*> pointers;
    for (const auto& term : terms) pointers.push_back(term.data());
    std::vector<Type> out(terms[0].size());
    kernels.lincomb[Format::kElement](out.data(), out.size(), coefficients.data(), pointers.data(),
                                      pointers.size());
    return out;
  }
};

using Formats = ::testing::Types<F32, F16, Bf16>;
TYPED_TEST_SUITE(CpuLincomb, Formats);

TYPED_TEST(CpuLincomb, IsTheSumInFloat32ForAnyNumberOfTermsAndAnySize) {
  for (const std::size_t size : {1, 3, 17, 64, 129, 5003}) {
    for (std::size_t count = 1; count <= 20; ++count) {
      const auto terms = random_terms<TypeParam>(count, size, 7);
      const std::vector<float> coefficients = some_coefficients(count);
      this->each_instruction_set([&](const cpu::Kernels& kernels) {
        const auto out = this->run(kernels, terms, coefficients);
        for (std::size_t i = 0; i < size; ++i) {
          const Expected expected = expected_sum<TypeParam>(terms, coefficients, i);
          ASSERT_NEAR(static_cast<float>(out[i]), expected.value, expected.tolerance)
              << count << " terms, element " << i << " of " << size;
        }
      });
    }
  }
}

TYPED_TEST(CpuLincomb, MayOverwriteAnyOfItsTerms) {
  constexpr std::size_t kSize = 5003;
  for (const std::size_t count : {2, 5, 8, 9, 17, 20}) {
    const auto terms = random_terms<TypeParam>(count, kSize, 8);
    const std::vector<float> coefficients = some_coefficients(count);
    this->each_instruction_set([&](const cpu::Kernels& kernels) {
      const auto apart = this->run(kernels, terms, coefficients);
      for (std::size_t alias = 0; alias < count; ++alias) {
        auto inputs = terms;
        std::vector<const void*> pointers;
        for (const auto& term : inputs) pointers.push_back(term.data());
        kernels.lincomb[TypeParam::kElement](inputs[alias].data(), kSize, coefficients.data(),
                                             pointers.data(), count);
        ASSERT_TRUE(same_bits(inputs[alias], apart)) << "term " << alias << " of " << count;
      }
    });
  }
}

TYPED_TEST(CpuLincomb, TreatsAnElementTheSameWhereverItLies) {
  // Pieces of any length must give the bits of the whole, or results would depend on the threads.
  constexpr std::size_t kSize = 999;
  for (const std::size_t count : {1, 3, 8, 11}) {
    const auto terms = random_terms<TypeParam>(count, kSize, 9);
    const std::vector<float> coefficients = some_coefficients(count);
    this->each_instruction_set([&](const cpu::Kernels& kernels) {
      const auto whole = this->run(kernels, terms, coefficients);
      auto pieces = whole;
      std::memset(static_cast<void*>(pieces.data()), 0, kSize * sizeof pieces[0]);
      for (std::size_t begin = 0, length = 1; begin < kSize; begin += length, length = length * 2 + 1) {
        std::vector<const void*> pointers;
        for (const auto& term : terms) pointers.push_back(term.data() + begin);
        kernels.lincomb[TypeParam::kElement](pieces.data() + begin, std::min(length, kSize - begin),
                                             coefficients.data(), pointers.data(), count);
      }
      ASSERT_TRUE(same_bits(pieces, whole)) << count << " terms";
    });
  }
}

TYPED_TEST(CpuLincomb, LetsNanAndInfinityThrough) {
  using Value = typename TypeParam::Type;
  const auto nan = static_cast<Value>(std::numeric_limits<float>::quiet_NaN());
  const auto infinity = static_cast<Value>(std::numeric_limits<float>::infinity());
  for (const std::size_t count : {2, 12}) {
    auto terms = random_terms<TypeParam>(count, 77, 10);
    terms[count - 1][0] = nan;
    terms[0][40] = nan;
    terms[1][76] = infinity;
    this->each_instruction_set([&](const cpu::Kernels& kernels) {
      const auto out = this->run(kernels, terms, std::vector<float>(count, 1.0f));
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto value = static_cast<float>(out[i]);
        EXPECT_EQ(std::isnan(value), i == 0 || i == 40) << "element " << i;
        EXPECT_EQ(std::isinf(value), i == 76) << "element " << i;
      }
    });
  }
}

// The formats that are narrower than the arithmetic.
template <typename Format>
class CpuRounding : public CpuLincomb<Format> {};
using NarrowFormats = ::testing::Types<F16, Bf16>;
TYPED_TEST_SUITE(CpuRounding, NarrowFormats);

TYPED_TEST(CpuRounding, RoundsAsLibTorchRoundsForEveryValueOfTheFormat) {
  using Value = typename TypeParam::Type;
  // All 65536 values, times factors that reach subnormals, ties and overflow.
  std::vector<std::vector<Value>> terms(1, std::vector<Value>(65536));
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto narrow = static_cast<std::uint16_t>(bits);
    std::memcpy(static_cast<void*>(&terms[0][bits]), &narrow, 2);
  }
  for (const float factor :
       {1.0f, 0.5f, -0.75f, 1.0f + 0x1p-11f, 1.0f + 0x1p-8f, 0x1p-9f, 3.0f, 0x1p-14f}) {
    this->each_instruction_set([&](const cpu::Kernels& kernels) {
      const auto out = this->run(kernels, terms, {factor});
      for (std::size_t i = 0; i < out.size(); ++i) {
        const auto expected = static_cast<Value>(static_cast<float>(terms[0][i]) * factor);
        if (std::isnan(static_cast<float>(expected))) {
          ASSERT_TRUE(std::isnan(static_cast<float>(out[i]))) << "value " << i << " times " << factor;
        } else {
          ASSERT_EQ(std::memcmp(&out[i], &expected, 2), 0)
              << "value " << i << " times " << factor << ": " << out[i] << ", expected " << expected;
        }
      }
    });
  }
}

}  // namespace
}  // namespace ksampler
