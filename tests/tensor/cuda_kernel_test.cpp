// The CUDA kernels themselves, compiled for the CPU.
#include "host/cuda/filter.hpp"
#include "host/cuda/formula.hpp"
#include "host/cuda/lincomb.hpp"
#include "host/cuda/quantile.hpp"
#include "host/cuda/reduce.hpp"
#include "tests/cuda_driver/kernels.hpp"
#include "tests/tensor/sums.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <cstring>

namespace ksampler {
namespace {

namespace device = test::device;
using test::for_each_thread;

// One launch, as host/cuda/lincomb.cpp makes it.
template <std::size_t Capacity, typename Kernel>
void launch(Kernel kernel, void* dst, std::size_t size, std::size_t packs,
            std::span<const float> coefficients, std::span<const void* const> data) {
  static_assert(sizeof(cuda::Terms<Capacity>) == sizeof(device::Terms<Capacity>));
  static_assert(offsetof(cuda::Terms<Capacity>, coefficients) ==
                offsetof(device::Terms<Capacity>, coefficients));
  device::Terms<Capacity> terms{};
  std::copy(data.begin(), data.end(), terms.data);
  std::copy(coefficients.begin(), coefficients.end(), terms.coefficients);
  for_each_thread(3, 5, [&] { kernel(dst, size, packs, static_cast<int>(data.size()), terms); });
}

template <typename Format, typename Kernel>
void expect_sums(Kernel few, std::size_t lanes) {
  for (const std::size_t size : {1, 7, 8, 100, 257}) {
    for (const std::size_t count : {1, 2, 5, 16}) {
      for (const bool packed : {true, false}) {
        const auto terms = random_terms<Format>(count, size, 21);
        const std::vector<float> coefficients = some_coefficients(count);
        std::vector<std::vector<typename Format::Type>> inputs = terms;
        std::vector<const void*> pointers;
        for (const auto& term : inputs) pointers.push_back(term.data());
        auto& out = inputs[count - 1];  // it may be a term
        launch<16>(few, out.data(), size, packed ? size / lanes : 0, coefficients, pointers);
        for (std::size_t i = 0; i < size; ++i) {
          const Expected expected = expected_sum<Format>(terms, coefficients, i);
          ASSERT_NEAR(static_cast<float>(out[i]), expected.value, expected.tolerance)
              << count << " terms, element " << i << " of " << size;
        }
      }
    }
  }
}

TEST(CudaKernel, IsTheSumInFloat32) { expect_sums<F32>(device::lincomb_float32_few, 4); }
TEST(CudaKernel, IsTheSumInFloat16) { expect_sums<F16>(device::lincomb_float16_few, 8); }
TEST(CudaKernel, IsTheSumInBfloat16) { expect_sums<Bf16>(device::lincomb_bfloat16_few, 8); }

TEST(CudaKernel, RoundsToBfloat16AsLibTorchDoes) {
  for (unsigned high = 0; high < 65536; high += 3) {
    for (const unsigned low : {0U, 1U, 0x7fffU, 0x8000U, 0x8001U, 0xffffU}) {
      const float value = device::float_of_bits(high << 16 | low);
      const c10::BFloat16 expected(value);
      if (std::isnan(value)) {
        EXPECT_TRUE(std::isnan(device::Bfloat16::load(device::Bfloat16::store(value))));
      } else {
        ASSERT_EQ(device::Bfloat16::store(value), expected.x) << value;
      }
    }
  }
}

// A tensor's values, of a shape of the latent, in some element type.
struct Term {
  std::uint32_t shape;
  cpu::Element element;
  std::vector<float> values;  // as they are stored
  std::vector<std::uint16_t> halves;

  Term(const LatentShape& latent, std::uint32_t shape_, cpu::Element element_, float seed)
      : shape(shape_), element(element_) {
    const auto size = static_cast<std::size_t>(latent.elements(shape));
    for (std::size_t i = 0; i < size; ++i) {
      const float value = 2 * std::sin(seed + 0.7F * static_cast<float>(i));
      halves.push_back(element == cpu::kBfloat16 ? device::Bfloat16::store(value)
                                                 : device::Float16::store(value));
      values.push_back(element == cpu::kFloat32   ? value
                       : element == cpu::kFloat16 ? device::Float16::load(halves.back())
                                                  : device::Bfloat16::load(halves.back()));
    }
  }
  plain::Part part() {
    void* const data = element == cpu::kFloat32 ? static_cast<void*>(values.data())
                                                : static_cast<void*>(halves.data());
    return {data, element, shape};
  }
};

constexpr ks_op take(std::uint32_t k) { return {KS_OP_TERM, k}; }
constexpr ks_op number(std::uint32_t k) { return {KS_OP_NUMBER, k}; }
constexpr ks_op then(std::uint32_t op) { return {op, 0}; }

// Every operation, a product that is added to on either side, terms and numbers in all places.
const std::vector<std::vector<ks_op>>& formulas() {
  static const std::vector<std::vector<ks_op>> all = {
      {take(0)},
      {number(1)},
      {take(0), take(1), then(KS_OP_MULTIPLY), take(2), then(KS_OP_ADD)},
      {take(2), take(0), number(0), then(KS_OP_MULTIPLY), then(KS_OP_ADD)},
      {take(0), take(1), then(KS_OP_SUBTRACT), number(1), then(KS_OP_DIVIDE)},
      {take(0), number(0), then(KS_OP_MAXIMUM), take(1), then(KS_OP_MINIMUM)},
      {take(0), take(1), then(KS_OP_SUBTRACT), take(0), number(1), then(KS_OP_WHERE)},
      {take(0), then(KS_OP_SIGN), take(1), then(KS_OP_ABS), then(KS_OP_SQRT), then(KS_OP_MULTIPLY)},
      {take(0), then(KS_OP_EXP), number(1), take(1), then(KS_OP_ABS), then(KS_OP_ADD), then(KS_OP_LOG),
       then(KS_OP_ADD)},
      {take(0), then(KS_OP_ABS), number(1), then(KS_OP_POWER)},
      {take(0), take(1), number(0), then(KS_OP_DIVIDE), then(KS_OP_DIVIDE), take(2),
       then(KS_OP_SUBTRACT)},
  };
  return all;
}

// What travels with the other kernels, as they declare it.
static_assert(sizeof(cuda::ReductionArguments) == sizeof(device::Reduction));
static_assert(offsetof(cuda::ReductionArguments, kind) == offsetof(device::Reduction, kind));
static_assert(sizeof(cuda::ProductArguments) == sizeof(device::Product));
static_assert(offsetof(cuda::ProductArguments, planes) == offsetof(device::Product, planes));
static_assert(offsetof(cuda::ProductArguments, to_element) == offsetof(device::Product, to_element));
static_assert(sizeof(cuda::QuantileArguments) == sizeof(device::Quantile));
static_assert(offsetof(cuda::QuantileArguments, share) == offsetof(device::Quantile, share));
static_assert(sizeof(cuda::Selection) == sizeof(device::Selection));
static_assert(offsetof(cuda::Selection, has_nan) == offsetof(device::Selection, has_nan));

// One launch of the kernel for dst's element type.
void launch_formula(const LatentShape& latent, const plain::Part& dst, const plain::Formula& formula) {
  static_assert(sizeof(cuda::FormulaArguments) == sizeof(device::Formula));
  static_assert(offsetof(cuda::FormulaArguments, numbers) == offsetof(device::Formula, numbers));
  static_assert(offsetof(cuda::FormulaArguments, steps) == offsetof(device::Formula, steps));
  static_assert(offsetof(cuda::FormulaArguments, shapes) == offsetof(device::Formula, shapes));
  static_assert(offsetof(cuda::FormulaArguments, pixels) == offsetof(device::Formula, pixels));
  const cuda::FormulaArguments arguments = cuda::formula_arguments(latent, dst.shape, formula);
  device::Formula given;
  std::memcpy(&given, &arguments, sizeof given);
  const auto kernel = dst.element == cpu::kFloat32   ? device::formula_float32
                      : dst.element == cpu::kFloat16 ? device::formula_float16
                                                     : device::formula_bfloat16;
  for_each_thread(3, 5,
                  [&] { kernel(dst.data, static_cast<unsigned>(latent.elements(dst.shape)), given); });
}

TEST(CudaFormula, IsThatOfTheLoopsOfTheCpu) {
  const LatentShape latent{3, 4, 3, 5};
  const double numbers[] = {-0.5, 1.7};
  for (const std::uint32_t shape :
       {KS_SHAPE_LATENT, KS_SHAPE_PIXELS, KS_SHAPE_CHANNELS, KS_SHAPE_ITEMS}) {
    for (const cpu::Element element : {cpu::kFloat32, cpu::kFloat16, cpu::kBfloat16}) {
      // One as large as dst, one for each item, and for all of a latent one for each pixel.
      const std::uint32_t third = shape == KS_SHAPE_LATENT ? std::uint32_t{KS_SHAPE_PIXELS} : shape;
      const std::uint32_t second =
          shape == KS_SHAPE_LATENT ? std::uint32_t{KS_SHAPE_CHANNELS} : std::uint32_t{KS_SHAPE_ITEMS};
      const cpu::Element small = cpu::kFloat32;  // as the host makes what is smaller than a latent
      Term a(latent, shape, element, 0.3F), b(latent, second, small, 1.1F),
          c(latent, third, small, 2.9F);
      const plain::Part terms[] = {a.part(), b.part(), c.part()};
      for (const std::vector<ks_op>& ops : formulas()) {
        const plain::Formula formula{ops, numbers, terms};
        Term expected(latent, shape, element, 0), got(latent, shape, element, 0);
        plain::map(latent, expected.part(), formula, no_helpers());
        launch_formula(latent, got.part(), formula);
        for (std::size_t i = 0; i < got.values.size(); ++i) {
          const auto value = [&](const Term& of) {
            return element == cpu::kFloat32   ? of.values[i]
                   : element == cpu::kFloat16 ? device::Float16::load(of.halves[i])
                                              : device::Bfloat16::load(of.halves[i]);
          };
          // The same operations on the same values; where the CPU has no fused multiplication and
          // addition, they round twice, and in a narrow type that may be its last bit.
          const float last = element == cpu::kFloat32   ? 0x1p-21F
                             : element == cpu::kFloat16 ? 0x1p-10F
                                                        : 0x1p-7F;
          ASSERT_NEAR(value(got), value(expected), last * (1 + std::abs(value(expected))))
              << "formula of " << ops.size() << ", shape " << shape << ", element " << element
              << ", value " << i;
        }
      }
    }
  }
}

TEST(CudaFormula, KeepsWhatIsNoNumberAsTheLoopsOfTheCpuDo) {
  const float nan = std::nanf("");
  for (const unsigned operation : {6U, 7U}) {
    EXPECT_TRUE(std::isnan(device::result_of(operation, nan, 1, 0)));
    EXPECT_TRUE(std::isnan(device::result_of(operation, 1, nan, 0)));
  }
  EXPECT_TRUE(std::isnan(device::result_of(10, nan, 0, 0)));
  EXPECT_EQ(device::result_of(14, nan, 2, 3), 3);
}

TEST(CudaPlan, CutsALongSumIntoLaunchesThatAddUp) {
  constexpr std::size_t kSize = 40;
  for (const std::size_t count : {3, 256, 257, 600}) {
    const auto terms = random_terms<F32>(count, kSize, 22);
    const std::vector<float> coefficients = some_coefficients(count);
    auto inputs = terms;
    std::vector<const void*> pointers;
    for (const auto& term : inputs) pointers.push_back(term.data());
    auto& out = inputs[count / 2];  // would be overwritten before it is read, were it not in the first
    const auto launches = cuda::plan(out.data(), coefficients, pointers, cuda::kManyTerms);
    EXPECT_EQ(launches.size(), count <= 256 ? 1U : count == 257 ? 2U : 3U);
    for (const cuda::Launch& part : launches) {
      ASSERT_LE(part.data.size(), cuda::kManyTerms);
      launch<256>(device::lincomb_float32_many, out.data(), kSize, kSize / 4, part.coefficients,
                  part.data);
    }
    for (std::size_t i = 0; i < kSize; ++i) {
      const Expected expected = expected_sum<F32>(terms, coefficients, i);
      ASSERT_NEAR(out[i], expected.value, 2 * expected.tolerance) << count << " terms";
    }
  }
}

TEST(CudaPlan, AddsUpWhatRefersToTheResult) {
  float out = 0, other = 0;
  const auto launches =
      cuda::plan(&out, std::vector{1.0f, 2.0f, 0.5f}, std::vector<const void*>{&out, &other, &out}, 16);
  ASSERT_EQ(launches.size(), 1U);
  EXPECT_EQ(launches[0].data, (std::vector<const void*>{&out, &other}));
  EXPECT_EQ(launches[0].coefficients, (std::vector{1.5f, 2.0f}));
}

}  // namespace
}  // namespace ksampler
