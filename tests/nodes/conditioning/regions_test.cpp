// Where a conditioning holds, when two nodes say so.
#include "tests/nodes/node_case.hpp"

#include <ATen/ops/ones.h>
#include <gtest/gtest.h>

namespace ksampler {
namespace {

Conditioning changed(NodeCase node, const Conditioning& conditioning) {
  node.links["conditioning"] = ConditioningValue{conditioning};
  return std::any_cast<ConditioningValue>(node.run().at(0)).at(0);
}

const NodeCase kArea = {
    "ConditioningSetArea", {{"width", std::int64_t{64}}, {"height", std::int64_t{32}}}, {}, {}};

NodeCase bounds_of_mask() {
  return {"ConditioningSetMask",
          {{"set_cond_area", std::string("mask bounds")}},
          {{"mask", MaskValue(at::ones({1, 16, 16}))}},
          {}};
}

// As ComfyUI: the last of the two.
TEST(ConditioningSetArea, HoldsWhereTheBoundsOfAMaskWereSetBefore) {
  const Conditioning both = changed(kArea, changed(bounds_of_mask(), {}));
  EXPECT_FALSE(both.area_of_mask);
  EXPECT_EQ(both.area, (Area{4, 8, 0, 0}));
  EXPECT_TRUE(both.mask.defined());  // which still weighs
}

TEST(ConditioningSetMask, HoldsWithItsBoundsWhereAnAreaWasSetBefore) {
  EXPECT_TRUE(changed(bounds_of_mask(), changed(kArea, {})).area_of_mask);
}

}  // namespace
}  // namespace ksampler
