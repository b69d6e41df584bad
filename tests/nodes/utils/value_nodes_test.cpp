// Nodes that give, choose, put together and show numbers and texts.
#include "tests/nodes/node_case.hpp"
#include "tests/nodes/pipeline_runner.hpp"
#include "tests/support/error_text.hpp"

#include <ATen/ops/zeros.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace ksampler {
namespace {

using test::error_text;
using test::TemporaryFolder;

std::string replaced(const std::string& text, const std::string& find, const std::string& by) {
  return result_of<std::string>(
      {"StringReplace", {{"string", text}, {"find", find}, {"replace", by}}, {}, {}});
}

NodeCase switched(bool on, const Value& on_false, const Value& on_true) {
  return {"ComfySwitchNode", {{"switch", on}}, {{"on_false", on_false}, {"on_true", on_true}}, {}};
}

TEST(Primitives, GiveWhatIsWrittenInThem) {
  EXPECT_EQ(result_of<std::int64_t>({"PrimitiveInt", {{"value", std::int64_t{-7}}}, {}, {}}), -7);
  EXPECT_EQ(result_of<double>({"PrimitiveFloat", {{"value", 0.25}}, {}, {}}), 0.25);
  EXPECT_TRUE(result_of<bool>({"PrimitiveBoolean", {{"value", true}}, {}, {}}));
  EXPECT_EQ(result_of<std::string>({"PrimitiveString", {{"value", "a"}}, {}, {}}), "a");
  EXPECT_EQ(result_of<std::string>({"PrimitiveStringMultiline", {{"value", "a\nb"}}, {}, {}}), "a\nb");
}

TEST(Primitives, HaveAControlBehindAWholeNumberAlone) {
  EXPECT_TRUE(declaration_of("PrimitiveInt").inputs.at(0).controlled);
  EXPECT_FALSE(declaration_of("PrimitiveFloat").inputs.at(0).controlled);
}

TEST(Primitives, TakeTheLargestWholeNumberThatThereIs) {
  EXPECT_EQ(previewed("  it: { type: PrimitiveInt, value: 9223372036854775807 }\n"),
            "9223372036854775807");
}

TEST(StringConcatenate, PutsTheDelimiterBetween) {
  const NodeCase node{
      "StringConcatenate", {{"string_a", "a"}, {"string_b", "b"}, {"delimiter", ", "}}, {}, {}};
  EXPECT_EQ(result_of<std::string>(node), "a, b");
}

TEST(StringReplace, ReplacesEachFromTheLeft) {
  EXPECT_EQ(replaced("a red cat, a red hat", "red", "blue"), "a blue cat, a blue hat");
  EXPECT_EQ(replaced("aaa", "aa", "b"), "ba");
  EXPECT_EQ(replaced("a", "x", "y"), "a");
  EXPECT_EQ(replaced("a-b", "-", ""), "ab");
}

TEST(StringReplace, FindsAnEmptyTextAroundEachCharacter) {
  EXPECT_EQ(replaced("a\u00e9", "", "-"), "-a-\u00e9-");
  EXPECT_EQ(replaced("", "", "-"), "-");
}

TEST(ComfySwitchNode, PassesOnTheOne) {
  const Value one = std::string("one");
  const Value two = std::string("two");
  EXPECT_EQ(result_of<std::string>(switched(false, one, two)), "one");
  EXPECT_EQ(result_of<std::string>(switched(true, one, two)), "two");
}

TEST(ComfySwitchNode, TakesTwoOfOneType) {
  const std::string error = error_text([] {
    previewed(
        "  a: { type: PrimitiveString, value: a cat }\n"
        "  b: { type: EmptyImage }\n"
        "  it: { type: ComfySwitchNode, on_false: $a, on_true: $b }\n");
  });
  EXPECT_NE(
      error.find("'on_true' of node 'it' is of type IMAGE, and 'on_false' of type STRING; it takes "
                 "two of one type"),
      std::string::npos)
      << error;
}

// What would be wrong with it is not found then.
TEST(ComfySwitchNode, DoesNotComputeTheOther) {
  const std::string branches =
      "  bad: { type: ComfyMathExpression, expression: 1/0 }\n"
      "  good: { type: ComfyMathExpression, expression: 1+1 }\n";
  EXPECT_EQ(previewed(branches + "  it: { type: ComfySwitchNode, on_false: $good.INT, on_true: "
                                 "$bad.INT }\n"),
            "2");
  EXPECT_EQ(previewed(branches + "  on: { type: PrimitiveBoolean, value: true }\n"
                                 "  it: { type: ComfySwitchNode, switch: $on, on_false: $bad.INT, "
                                 "on_true: $good.INT }\n"),
            "2");
}

TEST(ComfySwitchNode, GivesAValueThatAnInputOfItsTypeTakes) {
  EXPECT_EQ(previewed("  a: { type: PrimitiveString, value: a cat }\n"
                      "  b: { type: PrimitiveString, value: a hat }\n"
                      "  on: { type: PrimitiveBoolean, value: true }\n"
                      "  one: { type: ComfySwitchNode, switch: $on, on_false: $a, on_true: $b }\n"
                      "  it: { type: StringConcatenate, string_a: $one, string_b: s }\n"),
            "a hats");
}

// What PreviewAny writes of a switch in the form of ComfyUI's API.
std::string of_api_switch(const std::string& inputs, const std::string& others = "") {
  const TemporaryFolder out;
  const Outcome outcome = run_pipeline_text(
      R"({"3": {"class_type": "ComfySwitchNode", "inputs": {)" + inputs +
          R"(}}, "4": {"class_type": "PreviewAny", "inputs": {"source": ["3", 0]}})" + others + "}",
      out.path());
  std::ifstream file(outcome.files.at(0));
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ComfySwitchNode, OfAWorkflowTakesTextsAndNumbersThatAreWrittenIntoIt) {
  const std::string texts = R"("on_false": "a dog", "on_true": "$1 for a cat")";
  EXPECT_EQ(of_api_switch(R"("switch": true, )" + texts), "$1 for a cat");
  EXPECT_EQ(of_api_switch(R"("switch": false, )" + texts), "a dog");
  const std::string numbers = R"("on_false": 2.5, "on_true": 7)";
  EXPECT_EQ(of_api_switch(R"("switch": true, )" + numbers), "7");
  EXPECT_EQ(of_api_switch(R"("switch": false, )" + numbers), "2.5");
  EXPECT_EQ(of_api_switch(R"("switch": true, "on_false": true, "on_true": false)"), "False");
}

TEST(ComfySwitchNode, OfAWorkflowTakesOneThatIsWrittenAndOneThatIsLinked) {
  const std::string others =
      R"(, "1": {"class_type": "PrimitiveBoolean", "inputs": {"value": true}},
           "2": {"class_type": "PrimitiveString", "inputs": {"value": "linked"}})";
  EXPECT_EQ(of_api_switch(R"("switch": ["1", 0], "on_false": ["2", 0], "on_true": "written")", others),
            "written");
  EXPECT_EQ(of_api_switch(R"("switch": ["1", 0], "on_false": "written", "on_true": ["2", 0])", others),
            "linked");
}

TEST(PreviewAny, WritesNumbersAsPythonDoes) {
  EXPECT_EQ(previewed("  it: { type: PrimitiveFloat, value: 0.1 }\n"), "0.1");
  EXPECT_EQ(previewed("  it: { type: PrimitiveFloat, value: 2 }\n"), "2.0");
  EXPECT_EQ(previewed("  it: { type: PrimitiveBoolean, value: true }\n"), "True");
}

// ComfyUI passes a value on to an input of any type, linked or not.
TEST(PreviewAny, WritesAValueThatAWorkflowHasInPlaceOfALink) {
  const auto written = [](const std::string& value) {
    const TemporaryFolder out;
    const Outcome outcome = run_pipeline_text(
        R"({"5:7": {"class_type": "PreviewAny", "inputs": {"source": )" + value + "}}}", out.path());
    std::ifstream file(outcome.files.at(0));
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  EXPECT_EQ(written("1024"), "1024");
  EXPECT_EQ(written("0.5"), "0.5");
  EXPECT_EQ(written("true"), "True");
  EXPECT_EQ(written(R"("7")"), "7");
}

TEST(PreviewAny, SaysWhatIsNoText) {
  EXPECT_EQ(previewed("  it: { type: EmptyLatentImage, width: 64, height: 32 }\n"),
            "a tensor of shape [1, 4, 4, 8]");
  EXPECT_EQ(previewed("  it: { type: ManualSigmas, sigmas: [1.5, 0] }\n"), "[1.5, 0.0]");
}

TEST(GetImageSize, GivesWidthHeightAndCount) {
  NodeCase node{"GetImageSize", {}, {{"image", ImageValue(at::zeros({2, 3, 5, 3}))}}, {}};
  const std::vector<Value> size = node.run();
  EXPECT_EQ(std::any_cast<std::int64_t>(size.at(0)), 5);
  EXPECT_EQ(std::any_cast<std::int64_t>(size.at(1)), 3);
  EXPECT_EQ(std::any_cast<std::int64_t>(size.at(2)), 2);
}

}  // namespace
}  // namespace ksampler
