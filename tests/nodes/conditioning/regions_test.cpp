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

const NodeCase kShare = {
    "ConditioningSetAreaPercentage",
    {{"width", 0.5}, {"height", 0.25}, {"x", 0.125}, {"y", 0.75}, {"strength", 2.0}},
    {},
    {}};

TEST(ConditioningSetAreaPercentage, SaysTheAreaAsSharesOfALatentThatIsNotKnownYet) {
  const Conditioning made = changed(kShare, {});
  ASSERT_TRUE(made.area_share);
  EXPECT_EQ(made.area_share->width, 0.5);
  EXPECT_EQ(made.area_share->height, 0.25);
  EXPECT_EQ(made.area_share->x, 0.125);
  EXPECT_EQ(made.area_share->y, 0.75);
  EXPECT_EQ(made.strength, 2.0);
}

TEST(ConditioningSetAreaPercentage, AndTheNodeInPixelsHoldInPlaceOfEachOther) {
  const Conditioning pixels_last = changed(kArea, changed(kShare, {}));
  EXPECT_FALSE(pixels_last.area_share);
  EXPECT_TRUE(pixels_last.area);
  const Conditioning share_last = changed(kShare, changed(bounds_of_mask(), changed(kArea, {})));
  EXPECT_TRUE(share_last.area_share);
  EXPECT_FALSE(share_last.area);
  EXPECT_FALSE(share_last.area_of_mask);
}

}  // namespace
}  // namespace ksampler
