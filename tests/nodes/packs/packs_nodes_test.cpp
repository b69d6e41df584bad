// Nodes of KJNodes and rgthree.
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <gtest/gtest.h>

#include <iterator>

namespace ksampler {
namespace {

using test::error_text;

TEST(FloatConstant, IsRoundedToSixDecimals) {
  const auto rounded = [](double value) {
    return result_of<double>({"FloatConstant", {{"value", value}}, {}, {}});
  };
  EXPECT_EQ(rounded(0.12345678), 0.123457);
  EXPECT_EQ(rounded(-2.5), -2.5);
  EXPECT_EQ(rounded(1e19), 1e19);
}

TEST(Constants, GiveWhatIsWrittenInThem) {
  EXPECT_EQ(result_of<std::int64_t>({"INTConstant", {{"value", std::int64_t{-7}}}, {}, {}}), -7);
  EXPECT_EQ(result_of<std::string>({"StringConstant", {{"string", std::string("a cat")}}, {}, {}}),
            "a cat");
}

TEST(SeedOfRgthree, IsAWholeNumber) {
  EXPECT_EQ(result_of<std::int64_t>({"Seed (rgthree)", {{"seed", std::int64_t{42}}}, {}, {}}), 42);
}

TEST(SeedOfRgthree, RefusesToDrawOne) {
  EXPECT_EQ(
      error_text([] {
        NodeCase{"Seed (rgthree)", {{"seed", std::int64_t{-1}}}, {}, {}}.run();
      }),
      "'seed' is -1, which asks rgthree's editor for a random one, so that each run is another one; "
      "expected the seed itself, 0 or above");
}

TEST(AnySwitch, PassesOnTheFirstThatHasAValue) {
  EXPECT_EQ(previewed("  a: { type: PrimitiveString, value: first }\n"
                      "  b: { type: PrimitiveString, value: second }\n"
                      "  it: { type: Any Switch (rgthree), any_02: $b, any_05: $a }\n"),
            "second");
}

TEST(AnySwitch, IsOfTheTypeOfWhatItPassesOn) {
  EXPECT_EQ(previewed("  a: { type: PrimitiveString, value: a cat }\n"
                      "  one: { type: Any Switch (rgthree), any_03: $a }\n"
                      "  it: { type: StringConcatenate, string_a: $one, string_b: s }\n"),
            "a cats");
}

TEST(AnySwitch, NeedsAValue) {
  const test::TemporaryFolder out;
  const std::string error = error_text([] { previewed("  it: { type: Any Switch (rgthree) }\n"); });
  EXPECT_NE(error.find("no input has a value; expected at least one"), std::string::npos) << error;
}

const std::string kContexts =
    "  one: { type: EmptyLatentImage, width: 64, height: 64 }\n"
    "  two: { type: EmptyLatentImage, width: 128, height: 64 }\n"
    "  number: { type: PrimitiveInt, value: 5 }\n"
    "  base: { type: Context (rgthree), latent: $one, seed: $number }\n"
    "  context: { type: Context (rgthree), base_ctx: $base.CONTEXT, latent: $two }\n";

TEST(Context, CarriesValuesAndTakesTheNewerOnes) {
  EXPECT_EQ(previewed(kContexts + "  it: { type: Reroute, value: $context.LATENT }\n"),
            "a tensor of shape [1, 4, 8, 16]");
  EXPECT_EQ(previewed(kContexts + "  it: { type: Reroute, value: $base.LATENT }\n"),
            "a tensor of shape [1, 4, 8, 8]");
  EXPECT_EQ(previewed(kContexts + "  it: { type: Reroute, value: $context.SEED }\n"), "5");
}

TEST(Context, SaysWhatItHasNot) {
  const std::string error =
      error_text([] { previewed(kContexts + "  it: { type: ImageInvert, image: $context.IMAGE }\n"); });
  EXPECT_NE(error.find("'image' is linked to an output that has no value in this run"),
            std::string::npos)
      << error;
}

TEST(Context, LetsASwitchPassOverWhatItHasNot) {
  EXPECT_EQ(
      previewed(kContexts +
                "  it: { type: Any Switch (rgthree), any_01: $context.IMAGE, any_02: $number }\n"),
      "5");
}

TEST(ImageComparer, WritesBoth) {
  const test::TemporaryFolder out;
  const Outcome outcome = run_pipeline_text(
      "nodes:\n"
      "  red: { type: EmptyImage, width: 8, height: 8, color: 0xff0000 }\n"
      "  blue: { type: EmptyImage, width: 8, height: 8, color: 0x0000ff }\n"
      "  compare: { type: Image Comparer (rgthree), image_a: $red, image_b: $blue }\n",
      out.path());
  ASSERT_EQ(outcome.files.size(), 2u);
  EXPECT_EQ(outcome.files[0].filename(), "compare_a_00001_.png");
  EXPECT_EQ(outcome.files[1].filename(), "compare_b_00001_.png");
}

}  // namespace
}  // namespace ksampler
