// Values that an input does not take.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

using BadValue = PipelineCase;

// The message for one input of node 'a', in line 4, without its place.
#define EXPECT_REFUSED(column, input, message) \
  EXPECT_EQ(errors(source_with(input)), "pipeline.yaml:4:" #column ": " message)

TEST_F(BadValue, IntegerBelowTheRange) {
  EXPECT_REFUSED(13, "amount: 0", "'amount' of node 'a' is 0; it takes a whole number from 1 to 10");
  EXPECT_REFUSED(13, "amount: -3", "'amount' of node 'a' is -3; it takes a whole number from 1 to 10");
}

TEST_F(BadValue, IntegerAboveTheRange) {
  EXPECT_REFUSED(13, "amount: 11", "'amount' of node 'a' is 11; it takes a whole number from 1 to 10");
  EXPECT_REFUSED(13, "amount: 99999999999999999999",
                 "'amount' of node 'a' is 99999999999999999999; it takes a whole number from 1 to 10");
}

TEST_F(BadValue, FloatForAnInteger) {
  EXPECT_REFUSED(13, "amount: 2.5",
                 "'amount' of node 'a' is 2.5; it takes a whole number from 1 to 10");
  EXPECT_REFUSED(13, "amount: 3.0",
                 "'amount' of node 'a' is 3.0; it takes a whole number from 1 to 10; did you mean 3?");
  EXPECT_REFUSED(13, "amount: 1e1",
                 "'amount' of node 'a' is 1e1; it takes a whole number from 1 to 10; did you mean 10?");
}

TEST_F(BadValue, QuotedNumber) {
  EXPECT_REFUSED(
      13, "amount: \"2\"",
      "'amount' of node 'a' is \"2\" in quotes; it takes a whole number from 1 to 10: write it without "
      "quotes");
  EXPECT_REFUSED(12, "level: '0.5'",
                 "'level' of node 'a' is \"0.5\" in quotes; it takes a number from 0 to 1: write it "
                 "without quotes");
  EXPECT_REFUSED(
      11, "seed: !!str 7",
      "'seed' of node 'a' is \"7\" in quotes; it takes a whole number from 0 to 18446744073709551615: "
      "write it without quotes");
}

TEST_F(BadValue, TextForANumber) {
  EXPECT_REFUSED(13, "amount: many",
                 "'amount' of node 'a' is 'many'; it takes a whole number from 1 to 10");
  EXPECT_REFUSED(12, "level: 5 %", "'level' of node 'a' is '5 %'; it takes a number from 0 to 1");
  EXPECT_REFUSED(12, "level: 1,5", "'level' of node 'a' is '1,5'; it takes a number from 0 to 1");
  EXPECT_REFUSED(12, "level: --1", "'level' of node 'a' is '--1'; it takes a number from 0 to 1");
}

TEST_F(BadValue, NotAMultiple) {
  EXPECT_REFUSED(
      11, "step: 20",
      "'step' of node 'a' is 20; it takes a whole number from 8 to 64, a multiple of 8; nearest are 16 "
      "and 24");
}

TEST_F(BadValue, SeedBeyond64Bits) {
  EXPECT_REFUSED(11, "seed: 18446744073709551616",
                 "'seed' of node 'a' is 18446744073709551616; it takes a whole number from 0 to "
                 "18446744073709551615");
  EXPECT_REFUSED(11, "seed: -1",
                 "'seed' of node 'a' is -1; it takes a whole number from 0 to 18446744073709551615");
  EXPECT_REFUSED(11, "seed: 1.5",
                 "'seed' of node 'a' is 1.5; it takes a whole number from 0 to 18446744073709551615");
}

TEST_F(BadValue, NumberOutOfRange) {
  EXPECT_REFUSED(12, "level: 1.01", "'level' of node 'a' is 1.01; it takes a number from 0 to 1");
  EXPECT_REFUSED(12, "level: -0.5", "'level' of node 'a' is -0.5; it takes a number from 0 to 1");
}

TEST_F(BadValue, NumberThatIsNotFinite) {
  EXPECT_REFUSED(12, "level: .nan",
                 "'level' of node 'a' is .nan; it takes a number from 0 to 1, and a finite one");
  EXPECT_REFUSED(12, "level: NaN",
                 "'level' of node 'a' is NaN; it takes a number from 0 to 1, and a finite one");
  EXPECT_REFUSED(12, "level: -.inf",
                 "'level' of node 'a' is -.inf; it takes a number from 0 to 1, and a finite one");
  EXPECT_REFUSED(
      12, "level: 1e999",
      "'level' of node 'a' is 1e999; it takes a number from 0 to 1, and one that a float64 holds");
}

TEST_F(BadValue, BooleanOfAnotherYaml) {
  EXPECT_REFUSED(11, "flag: yes",
                 "'flag' of node 'a' is 'yes'; it takes true or false; did you mean true?");
  EXPECT_REFUSED(11, "flag: off",
                 "'flag' of node 'a' is 'off'; it takes true or false; did you mean false?");
  EXPECT_REFUSED(11, "flag: 1", "'flag' of node 'a' is 1; it takes true or false; did you mean true?");
  EXPECT_REFUSED(
      11, "flag: 'true'",
      "'flag' of node 'a' is \"true\" in quotes; it takes true or false: write it without quotes");
}

TEST_F(BadValue, NotOneOfTheChoices) {
  EXPECT_REFUSED(11, "mode: fats",
                 "'mode' of node 'a' is 'fats'; it takes one of: fast, slow; did you mean 'fast'?");
  EXPECT_REFUSED(11, "mode: medium", "'mode' of node 'a' is 'medium'; it takes one of: fast, slow");
  EXPECT_REFUSED(11, "mode: [fast]", "'mode' of node 'a' is a list; it takes one of: fast, slow");
}

TEST_F(BadValue, NothingAtAll) {
  EXPECT_REFUSED(5, "amount:", "'amount' of node 'a' is empty; it takes a whole number from 1 to 10");
  EXPECT_REFUSED(5, "title:", "'title' of node 'a' is empty; it takes a text, such as \"\"");
  EXPECT_REFUSED(5, "title: ~", "'title' of node 'a' is empty; it takes a text, such as \"\"");
}

TEST_F(BadValue, MapOrListForAText) {
  EXPECT_REFUSED(12, "title: { a: b }", "'title' of node 'a' is a map; it takes a text");
  EXPECT_REFUSED(12, "title: [a, b]", "'title' of node 'a' is a list; it takes a text");
}

TEST_F(BadValue, TextThatLooksLikeALink) {
  EXPECT_REFUSED(12, "title: $5 bill",
                 "'title' of node 'a' is the link '$5 bill'; there is no node '5 bill'; known are: a, "
                 "save; a text "
                 "that begins with '$' is written with '$$'");
}

TEST_F(BadValue, LinkForALiteral) {
  EXPECT_REFUSED(13, "amount: $a",
                 "'amount' of node 'a' is the link '$a'; node 'a' (Source) gives CLOUD, and it takes a "
                 "whole number from 1 to 10, or a "
                 "link of type INT; no node here gives one");
}

TEST_F(BadValue, LongTextsAreCutInMessages) {
  EXPECT_REFUSED(
      13, "amount: 0123456789012345678901234567890123456789012345678901234567890123456789x",
      "'amount' of node 'a' is '012345678901234567890123456789012345678901234567...'; it takes a whole "
      "number from 1 to 10");
}

TEST_F(BadValue, UnknownInput) {
  EXPECT_REFUSED(5, "amont: 2", "node 'a' (Source) has no input 'amont'; did you mean 'amount'?");
  EXPECT_REFUSED(
      5, "xyz: 2",
      "node 'a' (Source) has no input 'xyz'; known are: amount, step, seed, level, flag, title, mode");
}

TEST_F(BadValue, MissingFile) {
  write("clouds.dat", "");
  EXPECT_EQ(
      errors("nodes:\n"
             "  a: { type: Reader, file: cloud.dat }\n"
             "  save: { type: Save, cloud: $a }\n"),
      "pipeline.yaml:2:28: 'file' of node 'a' is 'cloud.dat'; there is no file cloud.dat; did you mean "
      "'clouds.dat'?");
}

TEST_F(BadValue, FolderForAFile) {
  std::filesystem::create_directory(folder_ / "clouds");
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Reader, file: clouds }\n"
                   "  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:28: 'file' of node 'a' is 'clouds'; that is a folder, and it takes a "
            "file: clouds");
}

TEST_F(BadValue, DeviceForAFile) {
  EXPECT_EQ(
      errors("nodes:\n"
             "  a: { type: Reader, file: /dev/zero }\n"
             "  save: { type: Save, cloud: $a }\n"),
      "pipeline.yaml:2:28: 'file' of node 'a' is '/dev/zero'; that is no regular file: /dev/zero");
}

TEST_F(BadValue, NumberForAFile) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Reader, file: \"\" }\n"
                   "  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:28: 'file' of node 'a' is \"\"; it takes the path of a file");
}

class BadList : public BadValue {
 protected:
  std::string errors_of(const std::string& inputs) const {
    return errors(
        "nodes:\n"
        "  w: { type: Lists, " +
        inputs +
        " }\n"
        "  a: { type: Source }\n"
        "  save: { type: Save, cloud: $a }\n");
  }
};

TEST_F(BadList, OfTheWrongLength) {
  EXPECT_EQ(errors_of("area: [1, 2, 3]"),
            "pipeline.yaml:2:27: 'area' of node 'w' has 3 items; it takes a list of 4 whole numbers, "
            "each of at "
            "least 0");
}

TEST_F(BadList, WithAnItemOutOfRange) {
  EXPECT_EQ(
      errors_of("area: [1, 2, -3, 4]"),
      "pipeline.yaml:2:34: item 3 of 'area' of node 'w' is -3; it takes a whole number of at least 0");
}

TEST_F(BadList, WithAnItemOfAnotherType) {
  EXPECT_EQ(
      errors_of("area: [1, 2, 3, 4.5]"),
      "pipeline.yaml:2:37: item 4 of 'area' of node 'w' is 4.5; it takes a whole number of at least 0");
  EXPECT_EQ(
      errors_of("area: [1, 2, 3, 4], levels: [0.5, [1]]"),
      "pipeline.yaml:2:55: item 2 of 'levels' of node 'w' is a list; it takes a number of at least 0");
}

TEST_F(BadList, InATextOfNumbers) {
  EXPECT_EQ(
      errors_of("area: [1, 2, 3, 4], steps: \"1, two, 0\""),
      "pipeline.yaml:2:48: item 2 of 'steps' of node 'w' is 'two'; it takes a number of at least 0");
  EXPECT_EQ(errors_of("area: [1, 2, 3, 4], steps: { a: 1 }"),
            "pipeline.yaml:2:48: 'steps' of node 'w' is a map; it takes a list of numbers, each of at "
            "least 0, or a text of them");
  EXPECT_EQ(errors_of("area: [1, 2, 3, 4], steps: $a"),
            "pipeline.yaml:2:48: 'steps' of node 'w' is the link '$a'; it takes a list of numbers, "
            "each of at "
            "least 0, or a text of them");
}

TEST_F(BadList, WhereThereIsNone) {
  EXPECT_EQ(errors_of("area: 4"),
            "pipeline.yaml:2:27: 'area' of node 'w' is 4; it takes a list of 4 whole numbers, each of "
            "at least 0; "
            "did you mean [4]?");
  EXPECT_EQ(errors_of(""),
            "pipeline.yaml:2:3: node 'w' (Lists) needs 'area': a list of 4 whole numbers, each of at "
            "least 0");
}

}  // namespace ksampler::test
