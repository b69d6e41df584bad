#include "host/sampling/guidance.hpp"

#include <gtest/gtest.h>

namespace ksampler {
namespace {

ConditioningList label(std::int64_t value) { return {Conditioning{.label = value}}; }

TEST(Guidance, WeighsPositiveByCfgAndNegativeByTheRest) {
  const Guidance guidance = cfg_guidance(label(1), label(2), 8.0);
  ASSERT_EQ(guidance.size(), 2u);
  EXPECT_EQ(guidance[0].weight, 8.0);
  EXPECT_EQ(guidance[1].weight, -7.0);
  EXPECT_TRUE(guidance[1].unconditional);
}

TEST(Guidance, GivesTheNegativeNoWeightAtCfg1) {
  EXPECT_EQ(cfg_guidance(label(1), label(2), 1.0)[1].weight, 0.0);
}

// negative + cfg2 * (cond2 - negative) + cfg1 * (cond1 - cond2), with values in place of predictions.
TEST(Guidance, AddsUpTheRegularDualForm) {
  const Guidance guidance = dual_guidance(label(0), label(1), label(2), 5.0, 3.0, false);
  const double cond1 = 0.7, cond2 = -0.2, negative = 0.1;
  const double sum =
      guidance[0].weight * cond1 + guidance[1].weight * cond2 + guidance[2].weight * negative;
  // Rounding of three products.
  EXPECT_NEAR(sum, negative + 3.0 * (cond2 - negative) + 5.0 * (cond1 - cond2), 1e-14);
}

// What CFG++ renoises with: docs/decisions.md says why in the nested form, too.
TEST(Guidance, LeadsAwayFromTheNegativeInBothDualForms) {
  for (const bool nested : {false, true}) {
    const Guidance guidance = dual_guidance(label(0), label(1), label(2), 5.0, 3.0, nested);
    EXPECT_FALSE(guidance[0].unconditional || guidance[1].unconditional);
    EXPECT_TRUE(guidance[2].unconditional);
  }
}

// negative + cfg2 * (cond2 + cfg1 * (cond1 - cond2) - negative)
TEST(Guidance, AddsUpTheNestedDualForm) {
  const Guidance guidance = dual_guidance(label(0), label(1), label(2), 5.0, 3.0, true);
  const double cond1 = 0.7, cond2 = -0.2, negative = 0.1;
  const double sum =
      guidance[0].weight * cond1 + guidance[1].weight * cond2 + guidance[2].weight * negative;
  EXPECT_NEAR(sum, negative + 3.0 * (cond2 + 5.0 * (cond1 - cond2) - negative), 1e-14);
}

}  // namespace
}  // namespace ksampler
