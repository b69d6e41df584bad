// Against transformers on small random networks (tests/model/text/reference).
#include "host/model/network/clip_text.hpp"

#include "host/model/network/tensors.hpp"

#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace ksampler {
namespace {

constexpr std::int64_t kEnd = 95;

// Both compute in float32, and differ where they sum in other orders: 2e-7 was measured, 1e-4 is what
// is promised.
constexpr double kTolerance = 1e-4;

struct Kind {
  const char* name;
  const char* prefix;
  ClipTextOptions options;
};

std::shared_ptr<const TensorFile> open(const std::string& name) {
  return TensorFile::open(TEST_DATA "/text/" + name + ".safetensors");
}

class ClipTextOf : public ::testing::TestWithParam<Kind> {
 protected:
  ClipText network() const {
    const Weights weights(open(GetParam().name), at::kCPU, at::kFloat);
    return {weights.within(GetParam().prefix), GetParam().options};
  }
  at::Tensor expected(const std::string& tensor) const {
    return map_tensor(open(GetParam().name + std::string(".case")), tensor);
  }
  void expect_equal(const at::Tensor& found, const std::string& tensor) const {
    const at::Tensor reference = expected(tensor);
    ASSERT_EQ(found.sizes(), reference.sizes()) << tensor;
    const double difference = ((found - reference).abs().max() / reference.abs().max()).item<double>();
    EXPECT_LT(difference, kTolerance) << tensor;
  }
};

TEST_P(ClipTextOf, EqualsTransformersInEachLayerWithAndWithoutTheNorm) {
  const ClipText clip = network();
  EXPECT_EQ(clip.layers(), 3);
  for (const std::int64_t back : {1, 2, 3}) {
    expect_equal(clip(expected("tokens"), -back, false).hidden, "hidden_" + std::to_string(back));
    expect_equal(clip(expected("tokens"), -back, true).hidden, "normed_" + std::to_string(back));
  }
  expect_equal(clip(expected("tokens"), -1, true).hidden, "last");
}

TEST_P(ClipTextOf, PoolsAtTheFirstEndToken) {
  expect_equal(network()(expected("tokens"), -2, false).pooled, "pooled");
}

TEST_P(ClipTextOf, KeepsItsWeightsInTheNarrowTypeThatIsAskedFor) {
  const auto load = [&](at::ScalarType type) {
    const Weights weights(open(GetParam().name), at::kCPU, type);
    return ClipText(weights.within(GetParam().prefix), GetParam().options);
  };
  const at::Tensor reference = expected("last");
  // The file is in float16: kept so, nothing is lost.
  EXPECT_TRUE(load(at::kHalf)(expected("tokens"), -1, true)
                  .hidden.equal(load(at::kFloat)(expected("tokens"), -1, true).hidden));
  // Weights are rounded to bfloat16 by up to 2^-8 each, and computed with in float32. A result is a sum
  // of what 4 matrices in a row did to it in each of 3 layers: 12 steps of a random walk, of which the
  // largest of the values has three deviations.
  const at::Tensor rounded = load(at::kBFloat16)(expected("tokens"), -1, true).hidden;
  const double difference = ((rounded - reference).abs().max() / reference.abs().max()).item<double>();
  EXPECT_EQ(rounded.scalar_type(), at::kFloat);
  EXPECT_LT(difference, 3 * std::sqrt(12.0) * 0x1p-8);
  EXPECT_GT(difference, 0x1p-11);
}

TEST_P(ClipTextOf, TokensKnowOnlyThoseBeforeThem) {
  const ClipText clip = network();
  const at::Tensor tokens = expected("tokens");
  const at::Tensor whole = clip(tokens, -1, false).hidden;
  const at::Tensor half = clip(tokens.narrow(1, 0, 10), -1, false).hidden;
  // The same sums over other shapes: a rounding here and there.
  EXPECT_LT((whole.narrow(1, 0, 10) - half).abs().max().item<double>(), 1e-4);
}

TEST_P(ClipTextOf, WeightsAreKeptInTheTypeOfTheFile) {
  const auto file = open(GetParam().name);
  const ClipText clip(Weights(file, at::kCPU, at::kFloat).within(GetParam().prefix),
                      GetParam().options);
  std::uint64_t in_file = 0;
  for (const auto& [name, entry] : file->tensors()) in_file += entry.bytes();
  EXPECT_LE(clip.bytes(), in_file);  // float16: widened, they would take twice that
  EXPECT_GT(clip.bytes(), in_file / 2);
}

INSTANTIATE_TEST_SUITE_P(Kind, ClipTextOf,
                         ::testing::Values(Kind{"clip_l",
                                                "cond_stage_model.transformer.",
                                                {.layout = ClipTextLayout::transformers,
                                                 .quick_gelu = true,
                                                 .end_token = kEnd}},
                                           Kind{"clip_g",
                                                "conditioner.embedders.1.model.",
                                                {.layout = ClipTextLayout::open_clip,
                                                 .quick_gelu = false,
                                                 .needs_projection = true,
                                                 .end_token = kEnd}}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace ksampler
