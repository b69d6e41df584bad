// Guiders with one mistake each (tests/fixtures/plugins/mistakes/guiders.cpp): the checks that are
// about it find it, and no others.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace ksampler::conformance {
namespace {

std::map<std::string, Names> found_in(const Report& report, Outcome outcome) {
  std::map<std::string, Names> found;
  for (const Entry& entry : report.entries) {
    for (const Part& part : entry.parts) {
      if (!part.name.empty() && part.result.outcome == outcome) {
        found[part.name].insert(entry.check->name);
      }
    }
  }
  return found;
}

TEST(GuiderMistakes, AreFoundByTheChecksThatAreAboutThem) {
  const std::map<std::string, Names> fails = {
      {"idle", {"guider-parameters-have-effect"}},
      {"not_alone", {"positive-alone"}},
      {"over_the_batch", {"items-apart"}},
      {"remembers", {"items-apart", "new-run"}},  // which are runs of their own there
  };
  EXPECT_EQ(found_in(validate(fixture("mistakes", "guiders")), Outcome::fail), fails);
}

TEST(GuiderMistakes, ShowInAComparisonWithAnother) {
  const auto compared = [](const std::string& with) {
    Request request{fixture("mistakes", "guiders"), {}, {}, {}, {}};
    request.same_as = fixture("mistakes", "guiders").string() + ":" + with;
    return found_in(validate(request), Outcome::fail);
  };
  const auto differing = compared("idle");
  for (const std::string guider : {"fine", "over_the_batch", "remembers"}) {
    EXPECT_TRUE(differing.at(guider).contains("guider-same-as")) << guider;
  }
  EXPECT_FALSE(differing.at("idle").contains("guider-same-as"));
}

}  // namespace
}  // namespace ksampler::conformance
