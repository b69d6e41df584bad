// Weights in ComfyUI's own formats, beside what comfy-kitchen makes of them (tests/data/comfy_quant).
#include "host/model/network/comfy_weight.hpp"

#include "host/model/network/tensors.hpp"
#include "host/model/network/weights.hpp"
#include "tests/model/network_case.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/kron.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>

namespace ksampler {
namespace {

using test::error_text;

std::shared_ptr<const TensorFile> comfy_file() {
  return TensorFile::open(TEST_DATA "/comfy_quant/weights.safetensors");
}
at::Tensor comfy_tensor(const std::string& name) { return map_tensor(comfy_file(), name); }

struct ComfyCase {
  const char* name;
  at::IntArrayRef shape;
  std::uint64_t bytes;
};
constexpr std::int64_t kRotated[] = {6, 512}, kBy16[] = {5, 48}, kMx[] = {160, 192}, kNv[] = {144, 96};
const ComfyCase kCases[] = {{"rotated", kRotated, 6 * 512},
                            {"rotated_by_16", kBy16, 5 * 48},
                            {"mx", kMx, 160 * 192 + 256 * 8},
                            {"nv", kNv, 144 * 48 + 256 * 8}};
void PrintTo(const ComfyCase& one, std::ostream* out) { *out << one.name; }

// A change by the same number everywhere.
class Raised : public WeightDelta {
 public:
  at::Tensor of(const at::Tensor& weight) const override { return at::full_like(weight, 0.25); }
};

class ComfyFormat : public ::testing::TestWithParam<ComfyCase> {
 protected:
  static std::string name() { return GetParam().name; }
  static std::string weight() { return name() + ".weight"; }
};

TEST_P(ComfyFormat, IsWidenedAsComfyKitchenDoes) {
  const Weights weights(comfy_file(), at::kCPU, at::kFloat);
  const at::Tensor wide = weights.stored(weight(), GetParam().shape)->widened(at::kFloat);
  const at::Tensor expected = comfy_tensor(name() + ".wide");
  if (name().starts_with("rotated")) {
    // It multiplies by a matrix in float32, and so rounds 256 products and sums; we round once.
    EXPECT_LT(test::relative_difference(wide, expected), 4e-6);
  } else {
    EXPECT_TRUE(wide.equal(expected));
  }
  EXPECT_TRUE(weights.get(weight(), GetParam().shape).equal(wide));
}

TEST_P(ComfyFormat, IsWidenedIntoNarrowerTypesByRoundingOnce) {
  const Weights weights(comfy_file(), at::kCPU, at::kBFloat16);
  const auto stored = weights.stored(weight(), GetParam().shape);
  for (const at::ScalarType type : {at::kBFloat16, at::kHalf}) {
    EXPECT_TRUE(stored->widened(type).equal(stored->widened(at::kFloat).to(type))) << type;
  }
}

TEST_P(ComfyFormat, TakesInMemoryWhatItTakesInTheFileAndLeavesNothingOver) {
  for (const bool mapped : {false, true}) {
    const Weights all(comfy_file(), at::kCPU, at::kFloat, name() + ".");
    const Weights weights = mapped ? all.in_file() : all;
    EXPECT_EQ(weights.stored("weight", GetParam().shape)->bytes(), GetParam().bytes);
    EXPECT_EQ(weights.shape("weight"), GetParam().shape.vec());
    EXPECT_EQ(weights.surplus(), (std::vector<std::string>{name() + ".comfy_quant", name() + ".wide"}));
  }
}

TEST_P(ComfyFormat, IsKnownByItsShapeWithoutItsValues) {
  const Weights shapes = Weights(comfy_file(), at::kCPU, at::kFloat).shapes();
  EXPECT_EQ(shapes.get(weight(), GetParam().shape).sizes(), GetParam().shape);
  EXPECT_EQ(shapes.stored(weight(), GetParam().shape)->widened(at::kFloat).sizes(), GetParam().shape);
}

TEST_P(ComfyFormat, HasALoraBesideIt) {
  WeightPatches patches;
  patches[weight()].push_back({.delta = std::make_shared<Raised>(), .rows = GetParam().shape[0]});
  const Weights weights(comfy_file(), at::kCPU, at::kFloat);
  const at::Tensor before = weights.get(weight(), GetParam().shape);
  EXPECT_TRUE(weights.patched_by(patches)
                  .stored(weight(), GetParam().shape)
                  ->widened(at::kFloat)
                  .equal(before + 0.25));
}

TEST_P(ComfyFormat, IsWidenedAtOnceWhereItIsToBeInEightBits) {
  const Weights weights = Weights(comfy_file(), at::kCPU, at::kFloat).rounded_to(at::kFloat8_e5m2);
  const at::Tensor wide = Weights(comfy_file(), at::kCPU, at::kFloat).get(weight(), GetParam().shape);
  EXPECT_TRUE(weights.stored(weight(), GetParam().shape)
                  ->widened(at::kFloat)
                  .equal(wide.to(at::kFloat8_e5m2).to(at::kFloat)));
}

INSTANTIATE_TEST_SUITE_P(All, ComfyFormat, ::testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

// (values * scale) H in float64, rounded once.
TEST(ARotatedWeight, IsItsFormulaToTheBit) {
  const at::Tensor four = at::tensor({1, 1, 1, -1, 1, 1, -1, 1, 1, -1, 1, 1, -1, 1, 1, 1}, at::kDouble);
  at::Tensor hadamard = at::ones({1, 1}, at::kDouble);
  for (int i = 0; i < 4; ++i) hadamard = at::kron(hadamard, four.view({4, 4}));
  const at::Tensor scaled = comfy_tensor("rotated.weight").to(at::kDouble) *
                            comfy_tensor("rotated.weight_scale").to(at::kDouble);
  const at::Tensor expected =
      scaled.view({6, 2, 256}).matmul(hadamard / 16.0).view({6, 512}).to(at::kFloat);
  const Weights weights(comfy_file(), at::kCPU, at::kFloat);
  EXPECT_TRUE(weights.stored("rotated.weight", {6, 512})->widened(at::kFloat).equal(expected));
}

class BrokenComfyFormat : public ::testing::Test {
 protected:
  // What is said of the weight of one, once `changes` were made to what is beside it.
  std::string refusal(const std::string& name, const std::map<std::string, at::Tensor>& changes) {
    std::map<std::string, at::Tensor> tensors;
    for (const char* ending : {"weight", "weight_scale", "weight_scale_2", "comfy_quant"}) {
      const std::string whole = name + "." + ending;
      if (comfy_file()->tensors().contains(whole))
        tensors[std::string("x.") + ending] = comfy_tensor(whole);
    }
    for (const auto& [ending, tensor] : changes) {
      tensors.erase("x." + ending);
      if (tensor.defined()) tensors["x." + ending] = tensor;
    }
    std::map<std::string, TensorView> views;
    for (const auto& [key, tensor] : tensors) views[key] = view_of(tensor);
    const std::vector<std::byte> bytes = safetensors_bytes(views, {});
    test::write_text(path_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    const Weights weights(TensorFile::open(path_), at::kCPU, at::kFloat);
    return error_text([&] { weights.stored("x.weight", {kAnySize, kAnySize}); });
  }
  std::string begin() const { return path_.string() + ": tensor 'x.weight' "; }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "broken.safetensors";
};

TEST_F(BrokenComfyFormat, SaysWhatIsMissingOrOfAnotherSize) {
  EXPECT_EQ(refusal("rotated", {{"weight_scale", {}}}),
            begin() + "has no scale beside it: there is no tensor that ends with '.weight_scale'");
  EXPECT_EQ(refusal("rotated", {{"weight_scale", at::ones({5, 1})}}),
            begin() + "has 5 scales ('.weight_scale'); expected 6");
  EXPECT_EQ(refusal("rotated", {{"weight", at::zeros({6, 500}, at::kChar)}}),
            begin() + "has 500 columns, which are no whole blocks of 256");
  EXPECT_EQ(refusal("mx", {{"weight_scale", at::ones({160, 6}, at::kByte)}}),
            begin() + "has 960 scales ('.weight_scale'); expected 2048");
  EXPECT_EQ(refusal("nv", {{"weight_scale_2", {}}}),
            begin() + "has no scale beside it: there is no tensor that ends with '.weight_scale_2'");
  EXPECT_EQ(refusal("nv", {{"pre_quant_scale", at::ones({95})}}),
            begin() + "has 95 scales ('.pre_quant_scale'); expected 96");
}

TEST_F(BrokenComfyFormat, SaysThatItIsOfAnotherType) {
  EXPECT_EQ(refusal("mx", {{"weight", at::zeros({160, 192}, at::kByte)}}),
            begin() +
                "is said to be of mxfp8, and is of type U8 and shape [160, 192]; expected F8_E4M3, "
                "a matrix");
  EXPECT_EQ(refusal("nv", {{"weight_scale", at::ones({256, 8}, at::kByte)}}),
            path_.string() + ": tensor 'x.weight_scale' is of type U8; expected F8_E4M3");
}

TEST_F(BrokenComfyFormat, SaysThatItHoldsNoNumbers) {
  EXPECT_EQ(refusal("mx", {{"weight_scale", at::full({256, 8}, 255, at::kByte)}}),
            path_.string() + ": tensor 'x.weight_scale' holds NaN");
  EXPECT_EQ(refusal("nv", {{"weight_scale_2", at::full({}, std::nan(""), at::kFloat)}}),
            path_.string() + ": tensor 'x.weight_scale_2' holds NaN or infinity");
  EXPECT_NE(refusal("mx", {{"weight", at::full({160, 192}, std::nan("")).to(at::kFloat8_e4m3fn)}})
                .find("holds NaN or infinity"),
            std::string::npos);
}

// Activation-aware: each column is multiplied besides.
TEST_F(BrokenComfyFormat, IsNoneWithAScaleForEachColumn) {
  const at::Tensor columns = at::full({96}, 0.5);
  EXPECT_EQ(refusal("nv", {{"pre_quant_scale", columns}}), "no error");
  const Weights weights(TensorFile::open(path_), at::kCPU, at::kFloat);
  EXPECT_TRUE(weights.get("x.weight", {144, 96}).equal(comfy_tensor("nv.wide") * 0.5));
}

}  // namespace
}  // namespace ksampler
