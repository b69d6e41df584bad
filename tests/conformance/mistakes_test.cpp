// Five samplers of different kinds, each with twenty mistakes of one line:
// tests/fixtures/plugins/mistakes.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <map>

namespace ksampler::conformance {
namespace {

constexpr int kMistakesEach = 20;

// What is not found, and why it cannot be.
const std::map<std::string, Names> kMissed = {
    {"heun", {}},
    // With noise the order is 1 whatever the weight of the slope is.
    {"dpmpp_2m_sde", {"dpmpp_2m_sde_6"}},
    {"res_3s", {}},
    // The same; a method of second order, too; and another meaning of eta.
    {"dpmpp_2s_ancestral", {"dpmpp_2s_ancestral_1", "dpmpp_2s_ancestral_2", "dpmpp_2s_ancestral_7"}},
    // As the first.
    {"cfg_pp", {"cfg_pp_13"}},
};

const std::vector<std::string> kSamplerGroups = {"contract", "parameters", "errors",
                                                 "cancel-and-progress", "numerics"};

// By sampler, the checks that found something.
std::map<std::string, Names> findings_of(const std::string& family, Request request) {
  std::map<std::string, Names> findings;
  request.file = fixture("mistakes", family);
  const Report report = validate(request);
  for (const Entry& entry : report.entries) {
    for (const Part& part : entry.parts) {
      if (part.result.outcome >= Outcome::warn) findings[part.name].insert(entry.check->name);
    }
  }
  return findings;
}

class Mistakes : public testing::TestWithParam<std::string> {};

TEST_P(Mistakes, AreFoundButForThoseInTheTable) {
  const std::string& family = GetParam();
  const std::map<std::string, Names> findings = findings_of(family, {{}, kSamplerGroups, {}, {}, {}});
  EXPECT_FALSE(findings.contains("")) << "of the plugin as a whole";
  const auto found = [&](int number) { return findings.find(family + "_" + std::to_string(number)); };
  EXPECT_EQ(found(0), findings.end()) << testing::PrintToString(found(0)->second);
  Names missed;
  for (int number = 1; number <= kMistakesEach; ++number) {
    const std::string id = family + "_" + std::to_string(number);
    if (found(number) == findings.end()) missed.insert(id);
    RecordProperty(
        id, found(number) == findings.end() ? "missed" : testing::PrintToString(found(number)->second));
  }
  EXPECT_EQ(missed, kMissed.at(family));
}

std::string family_of(const testing::TestParamInfo<std::string>& info) { return info.param; }

INSTANTIATE_TEST_SUITE_P(Samplers, Mistakes,
                         testing::Values("heun", "dpmpp_2m_sde", "res_3s", "dpmpp_2s_ancestral",
                                         "cfg_pp"),
                         family_of);

TEST(MissedMistakes, AreFoundByAComparisonWithTheRightSampler) {
  for (const auto& [family, names] : kMissed) {
    Request request{fixture("mistakes", family), {}, {}, {}, {}};
    request.only = {"same-as"};
    request.same_as = fixture("mistakes", family).string() + ":" + family + "_0";
    const Report report = validate(request);
    ASSERT_EQ(report.entries.size(), 1u);
    for (const Part& part : report.entries[0].parts) {
      if (part.name == family + "_0") {
        EXPECT_EQ(part.result.outcome, Outcome::pass) << part.result.detail;
      }
      if (names.contains(part.name)) {
        EXPECT_EQ(part.result.outcome, Outcome::fail) << part.name;
      }
    }
  }
}

// Each mistake of the trial in which half were missed, and a check that finds it now.
const std::map<std::string, std::string> kTrial = {
    {"trial_res_2s_4", "order"},
    {"trial_res_2s_5", "order"},
    {"trial_res_2s_6", "order"},
    {"trial_res_2s_7", "order"},
    {"trial_res_2s_8", "order"},
    {"trial_res_2s_9", "split-run"},
    {"trial_res_2s_10", "model-calls"},
    {"trial_res_2s_11", "model-calls"},
    {"trial_res_2s_12", "model-calls"},
    {"trial_res_2s_13", "one-point-data"},
    {"trial_res_2s_14", "one-point-data"},
    {"trial_res_2s_15", "one-point-data"},
    {"trial_res_2s_16", "one-point-data"},
    {"trial_res_2s_17", "asks-at-the-step"},
    {"trial_res_3s_3", "order"},
    {"trial_res_3s_4", "order-away-from-defaults"},
    {"trial_res_2m_1", "s-noise-is-linear"},
    {"trial_res_2m_2", "s-noise-is-linear"},
    {"trial_res_2m_3", "s-noise-is-linear"},
    {"trial_res_2m_4", "s-noise-is-linear"},
    {"trial_res_2m_5", "eta-0-draws-no-noise"},
    {"trial_res_2m_6", "noise-as-declared"},
    {"trial_res_2m_7", "variance-by-step"},
    {"trial_res_2m_8", "variance-by-step"},
    {"trial_res_2m_9", "variance-by-step"},
    {"trial_res_2m_10", "variance-by-step"},
    {"trial_res_2m_11", "variance-by-step"},
    {"trial_res_2m_12", "order-on-uneven-steps"},
    {"trial_res_2m_13", "order"},
    {"trial_res_2m_14", "order"},
    {"trial_res_2m_15", "noise-from-the-start"},
    {"trial_res_2m_16", "one-point-data"},
};

std::map<std::string, Names> findings_of_trial(const Request& request) {
  std::map<std::string, Names> findings = findings_of("trial_res", request);
  findings.merge(findings_of("trial_res_2m", request));
  return findings;
}

TEST(TrialMistakes, AreFoundButForSixByTheChecksThatAreAboutThem) {
  const std::map<std::string, Names> findings = findings_of_trial({{}, kSamplerGroups, {}, {}, {}});
  for (const auto& [id, check] : kTrial) {
    const auto found = findings.find(id);
    EXPECT_TRUE(found != findings.end() && found->second.contains(check)) << id << ", " << check;
  }
  EXPECT_EQ(findings.size(), kTrial.size());
}

// The wrong phi_2 keeps the order, and integrates no slope exactly any more.
TEST(TrialMistakes, InPhi2AreFoundWhereTheAuthorSaysWhatIsExact) {
  const auto findings = findings_of("trial_res", {{}, {"integrates-exactly"}, {}, {"1", "lambda"}, {}});
  for (const char* id : {"trial_res_2s_1", "trial_res_2s_2", "trial_res_2s_3"})
    EXPECT_TRUE(findings.contains(id)) << id;
  EXPECT_FALSE(findings.contains("trial_res_2s_0"));
  EXPECT_FALSE(findings.contains("trial_res_3s_0"));
}

// Other weights of a stage keep the order, too, and another kind of noise the distribution.
TEST(TrialMistakes, ThatGiveAnotherMethodAreFoundByAComparison) {
  const auto unlike = [](const std::string& family, const std::string& id) {
    return findings_of(family,
                       {{}, {"same-as"}, {}, {}, fixture("mistakes", family).string() + ":" + id});
  };
  const auto stages = unlike("trial_res", "trial_res_3s_0");
  EXPECT_TRUE(stages.contains("trial_res_3s_1") && stages.contains("trial_res_3s_2"));
  EXPECT_FALSE(stages.contains("trial_res_3s_0"));
  EXPECT_TRUE(unlike("trial_res_2m", "trial_res_2m_0").contains("trial_res_2m_17"));
}

TEST(AllMistakes, AreFoundButForFiveOfAHundred) {
  std::size_t missed = 0;
  for (const auto& [family, names] : kMissed) missed += names.size();
  EXPECT_EQ(kMissed.size() * kMistakesEach, 100u);
  EXPECT_LE(missed, 5u);
}

}  // namespace
}  // namespace ksampler::conformance
