// Every plugin that this project ships passes.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ksampler::conformance {
namespace {

// What the kit warns of, and why it stays.
const std::map<std::string, Names> kWarned = {
    // dpmpp_2s_ancestral_cfg_pp: its file says why. Three have the formulas of additive noise for flow
    // models,
    // too, as ComfyUI has.
    {"cfg-pp", {"variance-by-step", "guidance"}},
    // seeds_3 is of third order where r_2 is 2/3, its default.
    {"exponential", {"order-away-from-defaults"}},
    // Churn, and the noise of dpm_fast, are those of additive noise for flow models, too, as in
    // ComfyUI.
    {"k-diffusion", {"variance-away-from-defaults"}},
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
    // 126 rows of what `adams` and the exponential methods run, too: with sanitizers, four minutes.
    if (kSanitized && (name == "runge-kutta" || name == "implicit-runge-kutta")) continue;
    // The limit is one against hanging. With sanitizers a check of k-diffusion's 44 samplers takes ten
    // seconds of a machine that does nothing else.
    const ChildLimits limits{.seconds = kSanitized ? 120.0 : ChildLimits{}.seconds};
    const Report report = validate(shipped(name), {}, limits);
    EXPECT_EQ(names_with(report, Outcome::fail), Names{}) << name;
    const auto warned = kWarned.find(name);
    EXPECT_EQ(names_with(report, Outcome::warn), warned == kWarned.end() ? Names{} : warned->second)
        << name;
    ++count;
  }
  EXPECT_GE(count, 6u);
}

// What a check says of one sampler.
Result result_of(const std::string& plugin, const std::string& sampler, const char* check) {
  const Report report = validate(shipped(plugin), {check});
  for (const Entry& entry : report.entries) {
    for (const Part& part : entry.parts) {
      if (part.name == sampler) return part.result;
    }
  }
  return fail("not asked");
}

TEST(ShippedPlugins, HaveALimitOrDeclareThatThereIsNone) {
  const Result result = result_of("k-diffusion", "lcm", "variance-by-step");
  EXPECT_EQ(result.outcome, Outcome::skip);
  EXPECT_EQ(result.detail, "declares that with noise it has no limit");
}

TEST(ShippedPlugins, EndWithoutNoiseOrDeclareThatTheyLeaveSome) {
  for (const auto& [plugin, sampler] : {std::pair{"k-diffusion", "dpm_fast"},
                                        {"k-diffusion", "dpm_adaptive"},
                                        {"unipc", "uni_pc"},
                                        {"unipc", "uni_pc_bh2"}}) {
    const Result result = result_of(plugin, sampler, "one-point-data");
    EXPECT_EQ(result.outcome, Outcome::skip) << sampler;
    EXPECT_EQ(result.detail, "declares that it may leave noise") << sampler;
  }
  EXPECT_EQ(result_of("k-diffusion", "euler", "one-point-data").outcome, Outcome::pass);
}

}  // namespace
}  // namespace ksampler::conformance
