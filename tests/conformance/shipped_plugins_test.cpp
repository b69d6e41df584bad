// Every plugin that this project ships passes.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ksampler::conformance {
namespace {

// What the kit warns of, and why it stays.
const std::map<std::string, Names> kWarned = {
    {"cfg-pp", {"variance-by-step"}},       // dpmpp_2s_ancestral_cfg_pp: its file says why
    {"k-diffusion", {"variance-by-step"}},  // lcm takes the posterior mean for a sample
    // karras and vp overflow at the ends of their ranges, as the reference does, and the host says so;
    // vp is made for levels of its own.
    {"schedules", {"schedule-extremes", "schedule-within-range"}},
};

TEST(ShippedPlugins, FailNoCheck) {
  std::size_t count = 0;
  for (const auto& folder :
       std::filesystem::directory_iterator(std::filesystem::path(BINARY_DIR) / "plugins")) {
    const std::string name = folder.path().filename().string();
    if (!std::filesystem::exists(shipped(name))) continue;
    const Report report = validate(shipped(name));
    EXPECT_EQ(names_with(report, Outcome::fail), Names{}) << name;
    const auto warned = kWarned.find(name);
    EXPECT_EQ(names_with(report, Outcome::warn), warned == kWarned.end() ? Names{} : warned->second)
        << name;
    ++count;
  }
  EXPECT_GE(count, 6u);
}

TEST(ShippedPlugins, OfWhichOnlyLcmHasAnotherVariance) {
  const Report report = validate(shipped("k-diffusion"), {"variance-by-step"});
  const std::string detail = detail_of(report, "variance-by-step");
  EXPECT_TRUE(detail.starts_with("lcm: ")) << detail;
  EXPECT_EQ(detail.find("; and"), std::string::npos) << detail;
}

}  // namespace
}  // namespace ksampler::conformance
