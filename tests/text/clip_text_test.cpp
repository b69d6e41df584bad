// Against transformers on small random networks (tests/text/reference).
#include "host/model/network/clip_text.hpp"

#include "host/model/tensors.hpp"

#include <ATen/TensorOperators.h>

#include <gtest/gtest.h>

#include <string>

namespace ksampler {
namespace {

constexpr std::int64_t kEnd = 95;

// Both compute in float32, in other orders of summing: 1e-6 was measured, 1e-4 is what is promised.
constexpr double kTolerance = 1e-4;

struct Kind {
  const char* name;
  const char* prefix;
  ClipTextOptions options;
};

std::shared_ptr<const SafetensorsFile> open(const std::string& name) {
  return SafetensorsFile::open(TEST_DATA "/text/" + name + ".safetensors");
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

TEST_P(ClipTextOf, TokensKnowOnlyThoseBeforeThem) {
  const ClipText clip = network();
  const at::Tensor tokens = expected("tokens");
  const at::Tensor whole = clip(tokens, -1, false).hidden;
  const at::Tensor half = clip(tokens.narrow(1, 0, 10), -1, false).hidden;
  // The same sums over other shapes: a rounding here and there.
  EXPECT_LT((whole.narrow(1, 0, 10) - half).abs().max().item<double>(), 1e-4);
}

TEST_P(ClipTextOf, WeightsAreNeitherCopiedNorWidenedWhenLoaded) {
  const auto file = open(GetParam().name);
  const ClipText clip(Weights(file, at::kCPU, at::kFloat).within(GetParam().prefix),
                      GetParam().options);
  // 3 layers of the tensors that the file has: nothing of them is in memory but the map. What shows it
  // is that the network keeps the file.
  EXPECT_GT(file.use_count(), 40);
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
