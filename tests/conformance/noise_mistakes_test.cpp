// Noise sources with one mistake each (tests/fixtures/plugins/mistakes/noises.cpp): the checks that are
// about it find it, and no others.
#include "tests/conformance/outcomes.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace ksampler::conformance {
namespace {

struct Findings {
  Names fails;
  Names warns;
};

TEST(NoiseMistakes, AreFoundByTheChecksThatAreAboutThem) {
  const std::map<std::string, Names> fails = {
      {"fine", {}},
      {"too_strong", {"unit-noise"}},
      {"shifted", {"unit-noise"}},
      {"sums_as_a_mean", {"unit-noise"}},
      {"coloured", {"flat-spectrum"}},
      {"grey", {"flat-spectrum"}},
      {"over_the_batch", {"noise-by-item"}},
      {"remembers", {"noise-new-run"}},
      {"chance_of_its_own", {"noise-new-run"}},
      {"always_the_same", {"draws-differ"}},
      {"first_only", {"draws-differ"}},
      {"keeps_tensors", {"noise-gives-back"}},
      {"idle", {"noise-parameters-have-effect"}},
      {"asks_the_model", {"shapes"}},
      {"divides_by_zero", {"extreme-draws"}},
      {"swallows", {"noise-failures-passed-on"}},
  };
  const Report report = validate(fixture("mistakes", "noises"));
  std::map<std::string, Findings> found;
  for (const Entry& entry : report.entries) {
    for (const Part& part : entry.parts) {
      if (part.name.empty()) continue;
      Findings& of = found[part.name];
      if (part.result.outcome == Outcome::fail) of.fails.insert(entry.check->name);
      if (part.result.outcome == Outcome::warn) of.warns.insert(entry.check->name);
    }
  }
  ASSERT_EQ(found.size(), fails.size());
  for (const auto& [noise, checks] : fails) {
    EXPECT_EQ(found[noise].fails, checks) << noise;
    const Names warns = noise == "over_the_batch" ? Names{"noise-without-waits"} : Names{};
    EXPECT_EQ(found[noise].warns, warns) << noise;
  }
}

}  // namespace
}  // namespace ksampler::conformance
