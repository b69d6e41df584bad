// The nodes that take noise levels apart.
#include "tests/nodes/node_case.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

std::vector<SigmasValue> split(const SigmasValue& sigmas, double denoise) {
  NodeCase node{"SplitSigmasDenoise", {{"denoise", denoise}}, {{"sigmas", sigmas}}, {}};
  const std::vector<Value> outputs = node.run();
  return {std::any_cast<SigmasValue>(outputs.at(0)), std::any_cast<SigmasValue>(outputs.at(1))};
}

TEST(SplitSigmasDenoise, RoundsTheStepsOfTheLowPartToEven) {
  EXPECT_EQ(split({4, 3, 2, 1, 0}, 0.4), (std::vector<SigmasValue>{{4, 3, 2}, {2, 1, 0}}));    // 1.6
  EXPECT_EQ(split({4, 3, 2, 1, 0}, 0.625), (std::vector<SigmasValue>{{4, 3, 2}, {2, 1, 0}}));  // 2.5
}

// In ComfyUI the high part is empty then: docs/decisions.md.
TEST(SplitSigmasDenoise, LeavesAllToTheHighPartWhereTheLowHasNothing) {
  EXPECT_EQ(split({4, 3, 2, 1, 0}, 0.0), (std::vector<SigmasValue>{{4, 3, 2, 1, 0}, {0}}));
  EXPECT_EQ(split({4, 3, 2, 1, 0}, 0.1), (std::vector<SigmasValue>{{4, 3, 2, 1, 0}, {0}}));
}

}  // namespace
}  // namespace ksampler
