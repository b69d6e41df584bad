// Formulas by our own loops, beside LibTorch's operators and beside numbers worked out here.
#include "host/tensor/formula.hpp"

#include "host/plain/cpu/kernels.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace ksampler {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInfinity = std::numeric_limits<float>::infinity();

// float32 rounds each operation to 6e-8 of its result; a handful of them, and our exp, log and power
// are the C library's and LibTorch's its own.
constexpr double kRounding = 1e-6;

struct Case {
  const char* name;
  std::vector<ks_op> ops;
  std::vector<double> numbers;
  int terms;
};
void PrintTo(const Case& formula, std::ostream* out) { *out << formula.name; }

constexpr ks_op T(std::uint32_t k) { return {KS_OP_TERM, k}; }
constexpr ks_op N(std::uint32_t k) { return {KS_OP_NUMBER, k}; }
constexpr ks_op Op(std::uint32_t op) { return {op, 0}; }

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {"a", {T(0)}, {}, 1},
      {"2", {N(0)}, {2.0}, 0},
      {"a + b", {T(0), T(1), Op(KS_OP_ADD)}, {}, 2},
      {"a - b / 3", {T(0), T(1), N(0), Op(KS_OP_DIVIDE), Op(KS_OP_SUBTRACT)}, {3.0}, 2},
      {"a * b + c", {T(0), T(1), Op(KS_OP_MULTIPLY), T(2), Op(KS_OP_ADD)}, {}, 3},
      {"c + a * b", {T(2), T(0), T(1), Op(KS_OP_MULTIPLY), Op(KS_OP_ADD)}, {}, 3},
      {"a * b + c * a",
       {T(0), T(1), Op(KS_OP_MULTIPLY), T(2), T(0), Op(KS_OP_MULTIPLY), Op(KS_OP_ADD)},
       {},
       3},
      {"(a + b) * (a - b) + 1",
       {T(0), T(1), Op(KS_OP_ADD), T(0), T(1), Op(KS_OP_SUBTRACT), Op(KS_OP_MULTIPLY), N(0),
        Op(KS_OP_ADD)},
       {1.0},
       2},
      {"min(max(a, -0.5), b)", {T(0), N(0), Op(KS_OP_MAXIMUM), T(1), Op(KS_OP_MINIMUM)}, {-0.5}, 2},
      {"where(a - b, a, 7)", {T(0), T(1), Op(KS_OP_SUBTRACT), T(0), N(0), Op(KS_OP_WHERE)}, {7.0}, 2},
      {"sign(a) * sqrt(abs(a))",
       {T(0), Op(KS_OP_SIGN), T(0), Op(KS_OP_ABS), Op(KS_OP_SQRT), Op(KS_OP_MULTIPLY)},
       {},
       1},
      {"exp(-abs(a)) + log(1 + abs(b))",
       {T(0), Op(KS_OP_ABS), N(0), Op(KS_OP_MULTIPLY), Op(KS_OP_EXP), N(1), T(1), Op(KS_OP_ABS),
        Op(KS_OP_ADD), Op(KS_OP_LOG), Op(KS_OP_ADD)},
       {-1.0, 1.0},
       2},
      {"abs(a) ^ 1.7", {T(0), Op(KS_OP_ABS), N(0), Op(KS_OP_POWER)}, {1.7}, 1},
  };
  return all;
}

const LatentShape kLatent{3, 4, 9, 7};  // no row a multiple of a vector

at::Tensor values(std::uint32_t shape, int seed, at::ScalarType type = at::kFloat) {
  const auto sizes = kLatent.sizes(shape);
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return (at::arange(count, at::kFloat) * (0.37 + 0.11 * seed) + seed)
      .sin()
      .mul(2)
      .to(type)
      .reshape(sizes);
}

struct Terms {
  std::vector<at::Tensor> tensors;
  std::vector<ShapedTensor> shaped;
  explicit Terms(std::vector<std::uint32_t> shapes, at::ScalarType type = at::kFloat) {
    for (std::size_t k = 0; k < shapes.size(); ++k) {
      tensors.push_back(
          values(shapes[k], static_cast<int>(k), shapes[k] == KS_SHAPE_LATENT ? type : at::kFloat));
    }
    for (std::size_t k = 0; k < shapes.size(); ++k) shaped.push_back({&tensors[k], shapes[k]});
  }
};

void expect_same(const at::Tensor& got, const at::Tensor& expected, double tolerance) {
  EXPECT_TRUE(at::allclose(got.to(at::kDouble), expected.to(at::kDouble), tolerance, tolerance,
                           /*equal_nan=*/true))
      << "off by " << (got.to(at::kDouble) - expected.to(at::kDouble)).abs().max().item<double>();
}

class Formulas : public ::testing::TestWithParam<Case> {
 protected:
  // The first `terms` of three shapes.
  void expect_operators(std::uint32_t whole, std::vector<std::uint32_t> shapes, at::ScalarType type,
                        double tolerance) {
    shapes.resize(static_cast<std::size_t>(GetParam().terms));
    const Terms terms(shapes, type);
    const Formula formula{GetParam().ops, GetParam().numbers, terms.shaped};
    const at::ScalarType kind = whole == KS_SHAPE_LATENT ? type : at::kFloat;
    const at::Tensor loops = at::full(kLatent.sizes(whole), 99.0f, kind);
    const at::Tensor operators = at::empty_like(loops);
    map(kLatent, {&loops, whole}, formula);
    map_by_operators(kLatent, {&operators, whole}, formula);
    expect_same(loops, operators, tolerance);
  }
};

TEST_P(Formulas, AreThoseOfLibTorchsOperators) {
  constexpr auto L = KS_SHAPE_LATENT;
  expect_operators(L, {L, L, L}, at::kFloat, kRounding);
  // One unit in the last place, where the other order of operations rounds to the neighbour.
  expect_operators(L, {L, L, L}, at::kHalf, 1e-3);
  expect_operators(L, {L, L, L}, at::kBFloat16, 8e-3);
}

TEST_P(Formulas, TakeSmallerTermsForEachElementOfTheirs) {
  constexpr auto L = KS_SHAPE_LATENT;
  constexpr auto P = KS_SHAPE_PIXELS;
  constexpr auto C = KS_SHAPE_CHANNELS;
  constexpr auto I = KS_SHAPE_ITEMS;
  expect_operators(L, {L, P, C}, at::kFloat, kRounding);
  expect_operators(L, {I, L, P}, at::kFloat, kRounding);
  expect_operators(P, {P, I, P}, at::kFloat, kRounding);
  expect_operators(C, {I, C, C}, at::kFloat, kRounding);
  expect_operators(I, {I, I, I}, at::kFloat, kRounding);
}

TEST_P(Formulas, AreReducedAsByLibTorchsOperators) {
  std::vector<std::uint32_t> shapes = {KS_SHAPE_LATENT, KS_SHAPE_CHANNELS, KS_SHAPE_PIXELS};
  shapes.resize(static_cast<std::size_t>(GetParam().terms));
  const Terms terms(shapes);
  const Formula formula{GetParam().ops, GetParam().numbers, terms.shaped};
  for (const std::uint32_t shape : {KS_SHAPE_PIXELS, KS_SHAPE_CHANNELS, KS_SHAPE_ITEMS}) {
    for (const std::uint32_t how :
         {KS_REDUCE_SUM, KS_REDUCE_MEAN, KS_REDUCE_MINIMUM, KS_REDUCE_MAXIMUM}) {
      const at::Tensor loops = at::full(kLatent.sizes(shape), 99.0f);
      const at::Tensor operators = at::empty_like(loops);
      reduce(kLatent, {&loops, shape}, how, formula);
      reduce_by_operators(kLatent, {&operators, shape}, how, formula);
      SCOPED_TRACE(testing::Message() << "shape " << shape << ", reduction " << how);
      expect_same(loops, operators, 1e-5);  // some hundred values of size 1, each rounded once
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Formulas, ::testing::ValuesIn(cases()));

TEST(AFormula, IsTheNumberThatItSays) {
  at::Tensor a = at::full({1, 1, 1, 5}, 3.0f);
  const at::Tensor b = at::full({1, 1, 1, 5}, -2.0f);
  const std::vector<ShapedTensor> terms = {{&a, KS_SHAPE_LATENT}, {&b, KS_SHAPE_LATENT}};
  const std::vector<ks_op> ops = {T(0),          T(1), Op(KS_OP_MULTIPLY), N(0), Op(KS_OP_ADD),
                                  Op(KS_OP_ABS), T(0), Op(KS_OP_POWER)};
  const std::vector<double> numbers = {4.0};
  map({1, 1, 1, 5}, {&a, KS_SHAPE_LATENT}, {ops, numbers, terms});  // into one of its terms
  EXPECT_EQ(a[0][0][0][4].item<float>(), 8.0f);                     // |3 * -2 + 4|^3
}

TEST(AFormula, KeepsWhatIsNoNumber) {
  at::Tensor a = at::tensor(std::vector<float>{1, kNan, 3, -kInfinity, 0}).reshape({1, 1, 1, 5});
  const at::Tensor b = at::tensor(std::vector<float>{kNan, 2, 2, 2, -0.0f}).reshape({1, 1, 1, 5});
  const std::vector<ShapedTensor> terms = {{&a, KS_SHAPE_LATENT}, {&b, KS_SHAPE_LATENT}};
  for (const std::uint32_t op : {KS_OP_MINIMUM, KS_OP_MAXIMUM, KS_OP_ADD, KS_OP_DIVIDE}) {
    const std::vector<ks_op> ops = {T(0), T(1), Op(op)};
    const at::Tensor loops = at::empty_like(a);
    const at::Tensor operators = at::empty_like(a);
    map({1, 1, 1, 5}, {&loops, KS_SHAPE_LATENT}, {ops, {}, terms});
    map_by_operators({1, 1, 1, 5}, {&operators, KS_SHAPE_LATENT}, {ops, {}, terms});
    expect_same(loops, operators, 0);
  }
  const std::vector<ks_op> itself = {T(0)};
  const at::Tensor largest = at::zeros({1, 1, 1, 1});
  reduce({1, 1, 1, 5}, {&largest, KS_SHAPE_ITEMS}, KS_REDUCE_MAXIMUM, {itself, {}, terms});
  EXPECT_TRUE(std::isnan(largest.item<float>()));
}

TEST(AFormula, IsTheSameForThreadsThatShareIt) {
  const LatentShape latent{2, 4, 512, 300};
  const at::Tensor a =
      at::arange(2 * 4 * 512 * 300, at::kFloat).mul_(1e-3).sin_().reshape(latent.sizes(0));
  const at::Tensor scale = at::arange(2, at::kFloat).add_(0.5).reshape(latent.sizes(KS_SHAPE_ITEMS));
  const std::vector<ShapedTensor> terms = {{&a, KS_SHAPE_LATENT}, {&scale, KS_SHAPE_ITEMS}};
  const std::vector<ks_op> ops = {T(0), T(1), Op(KS_OP_MULTIPLY), T(0), Op(KS_OP_ADD)};
  const at::Tensor got = at::empty_like(a);
  map(latent, {&got, KS_SHAPE_LATENT}, {ops, {}, terms});
  expect_same(got, a * scale + a, kRounding);
  const std::vector<ShapedTensor> same = {{&a, KS_SHAPE_LATENT}, {&a, KS_SHAPE_LATENT}};
  map(latent, {&got, KS_SHAPE_LATENT}, {ops, {}, same});
  expect_same(got, a * a + a, kRounding);
}

TEST(AReduction, GivesAnItemTheSameBitsAloneAndInABatch) {
  const at::Tensor a = values(KS_SHAPE_LATENT, 1);
  const std::vector<ks_op> square = {T(0), T(0), Op(KS_OP_MULTIPLY)};
  const std::vector<ShapedTensor> all = {{&a, KS_SHAPE_LATENT}};
  const at::Tensor together = at::zeros(kLatent.sizes(KS_SHAPE_ITEMS));
  reduce(kLatent, {&together, KS_SHAPE_ITEMS}, KS_REDUCE_SUM, {square, {}, all});
  for (std::int64_t item = 0; item < kLatent.items; ++item) {
    const at::Tensor one = a.narrow(0, item, 1).contiguous();
    const std::vector<ShapedTensor> term = {{&one, KS_SHAPE_LATENT}};
    const LatentShape latent{1, kLatent.channels, kLatent.height, kLatent.width};
    const at::Tensor alone = at::zeros({1, 1, 1, 1});
    reduce(latent, {&alone, KS_SHAPE_ITEMS}, KS_REDUCE_SUM, {square, {}, term});
    EXPECT_EQ(alone.item<float>(), together[item].item<float>());
  }
}

TEST(AQuantile, IsLibTorchs) {
  for (const auto type : {at::kFloat, at::kHalf}) {
    const at::Tensor a = values(KS_SHAPE_LATENT, 2, type);
    for (const double q : {0.0, 0.3, 0.5, 0.995, 1.0}) {
      for (const std::uint32_t shape : {KS_SHAPE_ITEMS, KS_SHAPE_CHANNELS}) {
        const at::Tensor loops = at::zeros(kLatent.sizes(shape));
        const at::Tensor operators = at::zeros(kLatent.sizes(shape));
        quantile(kLatent, {&loops, shape}, a, q);
        quantile_by_operators(kLatent, {&operators, shape}, a, q);
        const at::Tensor flat = a.to(at::kFloat).flatten(shape == KS_SHAPE_ITEMS ? 1 : 2);
        const at::Tensor expected = at::quantile(flat, q, -1).reshape(loops.sizes());
        expect_same(loops, expected, kRounding);
        expect_same(operators, expected, kRounding);
      }
    }
  }
  at::Tensor bad = values(KS_SHAPE_LATENT, 2);
  bad[1][2][3][4] = kNan;
  const at::Tensor got = at::zeros(kLatent.sizes(KS_SHAPE_ITEMS));
  quantile(kLatent, {&got, KS_SHAPE_ITEMS}, bad, 0.5);
  EXPECT_FALSE(std::isnan(got[0].item<float>()));
  EXPECT_TRUE(std::isnan(got[1].item<float>()));
}

// Every instruction set that this machine has.
TEST(AFormula, IsTheSameInEveryInstructionSet) {
  std::vector<float> a(1000);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::sin(static_cast<float>(i));
  const std::vector<cpu::FormulaSource> sources = {{a.data(), 0, cpu::kFloat32},
                                                   {nullptr, 0.25f, cpu::kFloat32}};
  const std::vector<cpu::FormulaStep> steps = {{cpu::FormulaOp::multiply, 2, 0, 0, 0},
                                               {cpu::FormulaOp::subtract, 2, 2, 1, 1},
                                               {cpu::FormulaOp::where, 2, 2, 0, 1}};
  std::vector<float> expected(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) expected[i] = a[i] * a[i] - 0.25f > 0 ? a[i] : 0.25f;
  for (std::size_t rank = 0; const cpu::Kernels* kernels = cpu::runnable_kernels(rank); ++rank) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{17}, std::size_t{256}, a.size()}) {
      std::vector<float> got(size, -5.0f);
      kernels->formula(got.data(), cpu::kFloat32, size, sources.data(), sources.size(), steps.data(),
                       steps.size());
      EXPECT_EQ(got, std::vector<float>(expected.begin(),
                                        expected.begin() + static_cast<std::ptrdiff_t>(size)))
          << kernels->name << ", " << size << " elements";
    }
  }
}

}  // namespace
}  // namespace ksampler
