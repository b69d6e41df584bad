#include "tests/cli/program.hpp"

#include <gmock/gmock.h>

namespace ksampler::test {

using New = Program;
using ::testing::HasSubstr;

TEST_F(New, WritesFilesThatCarryTheName) {
  const Outcome outcome = run({"new", "wide_step"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("Wrote a sampler in wide_step"));
  EXPECT_THAT(read_text(folder_ / "wide_step/wide_step.cpp"), HasSubstr("KS_SAMPLER(WideStep)"));
  EXPECT_THAT(read_text(folder_ / "wide_step/pipeline.yaml"), HasSubstr("name: wide_step"));
}

TEST_F(New, SaysWhatItsPipelineNeedsWhereNothingIsInstalled) {
  EXPECT_THAT(run({"new", "wide_step"}).out, HasSubstr("configs/icons/icons.safetensors"));
}

TEST_F(New, RefusesANameThatIsNoIdentifier) {
  for (const char* name : {"Wide", "2steps", "wide-step", "../up", "", "größer"}) {
    const Outcome outcome = run({"new", name});
    EXPECT_EQ(outcome.code, 1) << name;
    EXPECT_THAT(outcome.err, HasSubstr("is not fit for a plugin; expected small letters")) << name;
  }
}

TEST_F(New, TouchesNothingThatIsThere) {
  write("taken/notes.txt", "mine");
  const Outcome outcome = run({"new", "taken"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("taken: error: is there already, and not empty"));
  EXPECT_EQ(read_text(folder_ / "taken/notes.txt"), "mine");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "taken/taken.cpp"));
}

TEST_F(New, RefusesANameThatIsTaken) {
  add_plugin(fixture_plugin());
  for (const auto& [name, what] : {std::pair{"zigzag", "sampler"}, std::pair{"evenly", "scheduler"},
                                   std::pair{"fixture", "plugin"}}) {
    const Outcome outcome = run({"new", name});
    EXPECT_EQ(outcome.code, 1) << name;
    EXPECT_THAT(outcome.err, HasSubstr("there is a " + std::string(what) + " '" + name +
                                       "' already, of the plugin 'fixture'"));
    EXPECT_FALSE(std::filesystem::exists(folder_ / name));
  }
}

TEST_F(New, SaysWhichLanguagesThereAre) {
  const Outcome outcome = run({"new", "wide_step", "--lang", "rus"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("unknown language 'rus'; it takes one of: cpp, c, rust"));
}

}  // namespace ksampler::test
