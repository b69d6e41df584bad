#include "host/model/network/weights.hpp"

#include "host/base/error.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/support/error_text.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/tensor.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <utility>

namespace ksampler {
namespace {

using test::error_text;

class WeightsOfAFile : public ::testing::Test {
 protected:
  // A file with these tensors.
  Weights weights(const std::map<std::string, at::Tensor>& tensors, at::ScalarType type = at::kFloat) {
    std::map<std::string, TensorView> views;
    for (const auto& [name, tensor] : tensors) views[name] = view_of(tensor);
    const std::vector<std::byte> bytes = safetensors_bytes(views, {});
    test::write_text(path_, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    return {TensorFile::open(path_), at::kCPU, type};
  }

  test::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_ / "model.safetensors";
};

TEST_F(WeightsOfAFile, AreInMemoryOnce) {
  const Weights weights = this->weights({{"net.weight", at::arange(6, at::kFloat).view({2, 3})}});
  const at::Tensor tensor = weights.within("net.").get("weight", {2, 3});
  EXPECT_TRUE(weights.get("net.weight", {2, 3}).is_alias_of(tensor));
  EXPECT_EQ(tensor[1][2].item<float>(), 5.0F);
}

// Such as a trainer that saves over it, while a run goes on.
TEST_F(WeightsOfAFile, AreNotTouchedByWhatHappensToTheFile) {
  const Weights weights = this->weights({{"a", at::arange(50'000, at::kFloat)}});
  const at::Tensor tensor = weights.get("a", {50'000});
  std::filesystem::resize_file(path_, 0);
  EXPECT_EQ(tensor[49'999].item<float>(), 49'999.0F);
}

TEST_F(WeightsOfAFile, OutliveTheFileTheyCameFrom) {
  at::Tensor tensor;
  {
    const Weights weights = this->weights({{"a", at::arange(4, at::kFloat)}});
    tensor = weights.get("a", {4});
  }
  EXPECT_EQ(tensor.sum().item<float>(), 6.0F);
}

TEST_F(WeightsOfAFile, AreConvertedToTheTypeTheNetworkComputesWith) {
  const Weights weights = this->weights({{"a", at::arange(4, at::kHalf)}});
  EXPECT_EQ(weights.get("a", {4}).scalar_type(), at::kFloat);
  EXPECT_EQ(weights.as(at::kBFloat16).get("a", {kAnySize}).scalar_type(), at::kBFloat16);
}

// Of 8 bits, with 4 and 5 of exponent (Micikevicius et al. 2022): one, the smallest, the largest
// finite.
TEST_F(WeightsOfAFile, OfEightBitsAreWidened) {
  const auto of_bytes = [](std::initializer_list<std::uint8_t> bytes, at::ScalarType type) {
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(bytes.size())}, type);
    std::copy(bytes.begin(), bytes.end(), static_cast<std::uint8_t*>(tensor.mutable_data_ptr()));
    return tensor;
  };
  const Weights weights =
      this->weights({{"e4m3", of_bytes({0x38, 0x01, 0x7E, 0xB8}, at::kFloat8_e4m3fn)},
                     {"e5m2", of_bytes({0x3C, 0x01, 0x7B, 0xBC}, at::kFloat8_e5m2)},
                     {"nan", of_bytes({0x7F}, at::kFloat8_e4m3fn)}});
  EXPECT_EQ(weights.file()->tensor("e4m3").type, DType::f8_e4m3);
  EXPECT_EQ(weights.file()->tensor("e5m2").type, DType::f8_e5m2);
  for (const at::ScalarType type : {at::kFloat, at::kHalf, at::kBFloat16}) {
    const at::Tensor e4m3 = weights.as(type).get("e4m3", {4});
    ASSERT_EQ(e4m3.scalar_type(), type);
    EXPECT_TRUE(e4m3.equal(at::tensor({1.0, 0x1p-9, 448.0, -1.0}, at::kFloat).to(type)));
    EXPECT_TRUE(weights.as(type)
                    .get("e5m2", {4})
                    .equal(at::tensor({1.0, 0x1p-16, 57344.0, -1.0}, at::kFloat).to(type)));
  }
  EXPECT_EQ(error_text([&] { weights.get("nan", {1}); }),
            path_.string() +
                ": tensor 'nan' (F8_E4M3) holds NaN or infinity as Float: the file is damaged, or "
                "its values need a wider type");
}

// Three bits of fraction, ties to even: steps of 1/8 at 1, and of 32 at 300.
TEST_F(WeightsOfAFile, AreRoundedToEightBitsAndComputedWithInMore) {
  const at::Tensor values = at::tensor({1.0F, 1.0625F, 1.2F, -300.0F});
  const Weights rounded = weights({{"a", values}}, at::kHalf).rounded_to(at::kFloat8_e4m3fn);
  for (const Weights& each : {rounded, rounded.fresh(), rounded.within("")}) {
    const at::Tensor got = each.get("a", {4});
    EXPECT_EQ(got.scalar_type(), at::kHalf);
    EXPECT_TRUE(got.equal(at::tensor({1.0F, 1.0F, 1.25F, -288.0F}).to(at::kHalf)));
  }
  // One that does not fit: the largest of e4m3, infinity in e5m2 (PyTorch's).
  EXPECT_EQ(
      weights({{"a", at::tensor({500.0F})}}).rounded_to(at::kFloat8_e4m3fn).get("a", {1}).item<float>(),
      448.0F);
  EXPECT_NE(error_text([&] {
              weights({{"a", at::tensor({70'000.0F})}}).rounded_to(at::kFloat8_e5m2).get("a", {1});
            }).find("holds NaN or infinity as Float8_e5m2"),
            std::string::npos);
}

TEST_F(WeightsOfAFile, AMissingOneIsNamedWithTheNearest) {
  const Weights weights = this->weights({{"net.in.weight", at::arange(4, at::kFloat)}});
  EXPECT_EQ(
      error_text([&] { weights.within("net.").get("in.wieght", {4}); }),
      path_.string() +
          ": tensor 'net.in.wieght' is missing; the nearest name that is there is 'net.in.weight'");
}

TEST_F(WeightsOfAFile, OneOfAnotherShapeIsNamedWithBothShapes) {
  const Weights weights = this->weights({{"a", at::arange(6, at::kFloat).view({2, 3})}});
  EXPECT_EQ(error_text([&] {
              weights.get("a", {kAnySize, 4});
            }),
            path_.string() + ": tensor 'a' has shape [2, 3]; expected [any, 4]");
  EXPECT_EQ(error_text([&] { weights.get("a", {6}); }),
            path_.string() + ": tensor 'a' has shape [2, 3]; expected [6]");
}

TEST_F(WeightsOfAFile, OneThatIsNotFiniteIsNamed) {
  const Weights weights =
      this->weights({{"nan", at::full({3}, std::numeric_limits<double>::quiet_NaN(), at::kHalf)},
                     {"large", at::full({3}, 1e6, at::kFloat)},
                     {"whole", at::arange(3, at::kLong)}});
  EXPECT_EQ(error_text([&] { weights.get("nan", {3}); }),
            path_.string() +
                ": tensor 'nan' (F16) holds NaN or infinity as Float: the file is damaged, or "
                "its values need a wider type");
  EXPECT_EQ(error_text([&] { weights.as(at::kHalf).get("large", {3}); }),
            path_.string() +
                ": tensor 'large' (F32) holds NaN or infinity as Half: the file is damaged, "
                "or its values need a wider type");
  EXPECT_EQ(error_text([&] { weights.get("whole", {3}); }),
            path_.string() +
                ": tensor 'whole' is of type I64; a network's weights are F8, F16, BF16 or F32, or I8 "
                "with a scale beside them");
}

TEST_F(WeightsOfAFile, ThatNobodyTookAreNamed) {
  const Weights weights = this->weights({{"a.x", at::arange(1, at::kFloat)},
                                         {"a.y", at::arange(1, at::kFloat)},
                                         {"b.z", at::arange(1, at::kFloat)}});
  weights.within("a.").get("x", {1});
  EXPECT_EQ(weights.within("a.").surplus(), std::vector<std::string>{"a.y"});
  EXPECT_EQ(weights.surplus(), (std::vector<std::string>{"a.y", "b.z"}));
  EXPECT_TRUE(weights.has_any("b."));
  EXPECT_FALSE(weights.has_any("c."));
  EXPECT_TRUE(weights.within("b.").has("z"));
}

// What a network of these takes is what the file has.
TEST_F(WeightsOfAFile, AreKeptAsTheFileHasThemWhereTheyAreWidenedWhenUsed) {
  const at::Tensor wide = at::arange(6, at::kFloat).view({2, 3});
  const Weights weights = this->weights(
      {{"eight", wide.to(at::kFloat8_e4m3fn)}, {"half", wide.to(at::kBFloat16)}, {"full", wide}});
  for (const auto& [name, bytes] :
       {std::pair{"eight", 6U}, std::pair{"half", 12U}, std::pair{"full", 24U}}) {
    const auto kept = weights.stored(name, {2, 3});
    EXPECT_EQ(kept->bytes(), bytes) << name;
    EXPECT_EQ(kept->widened(at::kFloat).scalar_type(), at::kFloat);
    EXPECT_TRUE(kept->widened(at::kFloat).equal(wide)) << name;
    EXPECT_TRUE(kept->widened(at::kBFloat16).equal(wide.to(at::kBFloat16))) << name;
  }
  // Wider than what is computed with is no use.
  EXPECT_EQ(weights.as(at::kBFloat16).stored("full", {2, 3})->bytes(), 12U);
  EXPECT_EQ(weights.stored_bytes(), 6U + 12U + 24U);
}

TEST_F(WeightsOfAFile, AreRoundedToEightBitsWhereThatIsAskedForAndStaySo) {
  const at::Tensor wide = at::arange(6, at::kFloat).view({2, 3}) / 7.0;
  const Weights weights = this->weights({{"a", wide}}).rounded_to(at::kFloat8_e5m2);
  const auto kept = weights.stored("a", {2, 3});
  EXPECT_EQ(kept->bytes(), 6U);
  EXPECT_TRUE(kept->widened(at::kFloat).equal(wide.to(at::kFloat8_e5m2).to(at::kFloat)));
}

// scale * value, of one scale or one for each row, whatever the file calls it.
TEST_F(WeightsOfAFile, OfEightBitsAreMultipliedByTheScaleBesideThem) {
  const at::Tensor values = at::arange(6, at::kFloat).view({2, 3});
  const at::Tensor rows = at::tensor({0.5F, 2.0F}).view({2, 1});
  const Weights weights = this->weights({{"old.weight", values.to(at::kFloat8_e4m3fn)},
                                         {"old.scale_weight", at::full({}, 3.0)},
                                         {"whole.weight", values.to(at::kChar)},
                                         {"whole.weight_scale", rows}});
  for (const bool as_stored : {false, true}) {
    const auto get = [&](const char* name) {
      return as_stored ? weights.stored(name, {2, 3})->widened(at::kFloat) : weights.get(name, {2, 3});
    };
    EXPECT_TRUE(get("old.weight").equal(values * 3.0));
    EXPECT_TRUE(get("whole.weight").equal(values * rows));
  }
  EXPECT_EQ(weights.stored("whole.weight", {2, 3})->bytes(), 6U);
  EXPECT_EQ(weights.surplus(), std::vector<std::string>());
}

at::Tensor text_tensor(const std::string& text) {
  return at::tensor(std::vector<std::uint8_t>(text.begin(), text.end()), at::kByte);
}

TEST_F(WeightsOfAFile, OfAFormatThatIsNotKnownAreRefusedByItsName) {
  const auto refusal = [&](const std::string& said) {
    const Weights weights = this->weights({{"a.weight", at::ones({2, 3}, at::kChar)},
                                           {"a.weight_scale", at::ones({})},
                                           {"a.comfy_quant", text_tensor(said)}});
    const std::string of_stored = error_text([&] { weights.stored("a.weight", {2, 3}); });
    EXPECT_EQ(error_text([&] { weights.get("a.weight", {2, 3}); }), of_stored);
    EXPECT_EQ(error_text([&] { weights.shapes().stored("a.weight", {2, 3}); }), of_stored);
    return of_stored;
  };
  const std::string known =
      ", which is not supported; known are float8_e4m3fn, float8_e5m2, int8_tensorwise, mxfp8 and "
      "nvfp4";
  const std::string begin = path_.string() + ": tensor 'a.comfy_quant' says that 'a.weight' is ";
  EXPECT_EQ(refusal(R"({"format": "mxfp4"})"), begin + "of the format 'mxfp4'" + known);
  EXPECT_EQ(refusal(R"({"format": "int8_tensorwise", "convrot": true, "convrot_groupsize": 12})"),
            begin + "rotated (convrot) in groups of 12, no power of 4" + known);
  EXPECT_EQ(refusal(R"({"format": "float8_e4m3fn", "convrot": true})"),
            begin + "rotated (convrot) and float8_e4m3fn" + known);
  EXPECT_EQ(refusal("{}"), begin + "of the format ''" + known);
  EXPECT_EQ(refusal("{"), begin + "of a format that is no JSON: '{'" + known);
  EXPECT_EQ(refusal(R"({"format": "int8_tensorwise"})"), "no error");
}

TEST_F(WeightsOfAFile, OfWholeNumbersWithoutAScaleAreNoWeights) {
  const Weights weights = this->weights({{"a.weight", at::ones({2, 3}, at::kChar)}});
  EXPECT_NE(error_text([&] {
              weights.stored("a.weight", {2, 3});
            }).find("is of type I8"),
            std::string::npos);
}

TEST_F(WeightsOfAFile, ThatAreKeptAsStoredAreNamedWhereTheyAreNotFinite) {
  const Weights weights = this->weights(
      {{"a", at::full({2, 3}, std::numeric_limits<double>::quiet_NaN()).to(at::kFloat8_e5m2)},
       {"b.weight", at::ones({2, 3}).to(at::kFloat8_e5m2)},
       {"b.weight_scale", at::full({}, std::numeric_limits<double>::infinity())}});
  EXPECT_NE(error_text([&] {
              weights.stored("a", {2, 3});
            }).find("tensor 'a' (F8_E5M2) holds NaN"),
            std::string::npos);
  EXPECT_NE(error_text([&] {
              weights.stored("b.weight", {2, 3});
            }).find("'b.weight_scale' holds NaN"),
            std::string::npos);
}

class AddsOne : public WeightDelta {
 public:
  at::Tensor of(const at::Tensor& weight) const override { return at::ones_like(weight); }
};

// 1/256 is lost beside 4 in 8 bits: the change is made after the weight is widened.
TEST_F(WeightsOfAFile, ThatAreKeptAsStoredAreChangedByALoraWithoutBeingRoundedAgain) {
  const at::Tensor values = at::full({2, 3}, 4.0);
  const WeightPatches patches = {
      {"a", {{.delta = std::make_shared<AddsOne>(), .strength = 1.0 / 256, .rows = 2}}}};
  const Weights weights = this->weights({{"a", values.to(at::kFloat8_e4m3fn)}}).patched_by(patches);
  EXPECT_TRUE(weights.stored("a", {2, 3})->widened(at::kFloat).equal(values + 1.0 / 256));
}

}  // namespace
}  // namespace ksampler
