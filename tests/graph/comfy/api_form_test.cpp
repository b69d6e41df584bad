// Workflows as ComfyUI's API takes them.
#include "tests/graph/comfy/workflow_case.hpp"

namespace ksampler::test {
namespace {

using ApiForm = WorkflowCase;

const std::string kSmall =
    R"({"1": {"class_type": "Source", "inputs": {"amount": 3, "title": "$5"}, "_meta": {"title": "A source"}},
        "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}}})";

TEST_F(ApiForm, IsAPipeline) {
  const Pipeline pipeline = load(kSmall);
  ASSERT_EQ(pipeline.nodes.size(), 2u);
  EXPECT_EQ(pipeline.nodes[0].name, "1");
  EXPECT_EQ(pipeline.nodes[0].title, "A source");
  EXPECT_EQ(std::get<std::int64_t>(std::get<Literal>(pipeline.nodes[0].inputs[0])), 3);
  EXPECT_EQ(std::get<std::string>(std::get<Literal>(pipeline.nodes[0].inputs[5])), "$5");
  EXPECT_EQ(std::get<Link>(pipeline.nodes[1].inputs[0]).node, 0u);
}

TEST_F(ApiForm, IsTakenOutOfWhatClientsWrapItIn) {
  EXPECT_EQ(flat(kSmall), "1 Source amount=3 title='$5'\n2 Save cloud=[1,0]\n");
  EXPECT_EQ(flat("{\"prompt\": " + kSmall + ", \"client_id\": \"x\"}"), flat(kSmall));
  EXPECT_EQ(flat("{\"input\": {\"workflow\": " + kSmall + "}}"), flat(kSmall));
  EXPECT_EQ(flat("\xEF\xBB\xBF" + kSmall), flat(kSmall));
}

TEST_F(ApiForm, HasTheLastOfTwoValuesUnderOneName) {
  EXPECT_EQ(flat(R"({"1": {"class_type": "Save"}, "2": {"class_type": "Save"},
                     "1": {"class_type": "Source", "inputs": {"amount": 3, "step": 8, "amount": 4}}})"),
            "1 Source amount=4 step=8\n2 Save\n");
}

TEST_F(ApiForm, TakesValuesAsKindlyAsComfyUiDoes) {
  const auto amount = [&](const std::string& value) {
    const Pipeline pipeline =
        load(R"({"1": {"class_type": "Source", "inputs": {"amount": )" + value +
             R"(}}, "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}}})");
    return std::get<std::int64_t>(std::get<Literal>(pipeline.nodes[0].inputs[0]));
  };
  EXPECT_EQ(amount("\"4\""), 4);
  EXPECT_EQ(amount("4.0"), 4);
  EXPECT_EQ(amount("4.9"), 4);
  EXPECT_EQ(amount("true"), 1);
  EXPECT_EQ(amount("null"), 2);  // the default
  EXPECT_EQ(amount("4, \"no_such_input\": 1"), 4);
}

TEST_F(ApiForm, RoundsDownToWhatNodesCountIn) {
  const Pipeline pipeline = load(
      R"({"1": {"class_type": "Source", "inputs": {"step": 23}}, "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}}})");
  EXPECT_EQ(std::get<std::int64_t>(std::get<Literal>(pipeline.nodes[0].inputs[1])), 16);
  ASSERT_EQ(pipeline.notes.size(), 1u);
  EXPECT_EQ(pipeline.notes[0].message,
            "node '1' (Source): 'step' is 23, no multiple of 8: 16 is taken, as ComfyUI does");
}

TEST_F(ApiForm, NamesNodeTitleInputLineAndColumn) {
  EXPECT_EQ(
      errors("{\"1\": {\"class_type\": \"Source\",\n \"inputs\": {\"amount\": 11},\n"
             " \"_meta\": {\"title\": \"First\"}},\n"
             "\"2\": {\"class_type\": \"Save\", \"inputs\": {\"cloud\": [\"1\", 3]}}}"),
      "pipeline.yaml:2:23: 'amount' of node '1' \"First\" is 11; it takes a whole number from 1 to 10\n"
      "pipeline.yaml:4:49: 'cloud' of node '2' is the link [\"1\", 3]; node '1' \"First\" (Source) has "
      "1 "
      "outputs, counted from 0");
}

TEST_F(ApiForm, NeedsOnlyWhatAnOutputNeeds) {
  const Pipeline pipeline = load(
      R"({"1": {"class_type": "Source"}, "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}},
          "3": {"class_type": "Fancy", "inputs": {"cloud": ["1", 0], "secret": "hunter2"}}, "4": {"class_type": "Mix"}})");
  EXPECT_EQ(pipeline.nodes.size(), 2u);
  ASSERT_EQ(pipeline.notes.size(), 1u);
  EXPECT_EQ(pipeline.notes[0].kind, Diagnostic::Kind::unknown_type);
  EXPECT_EQ(pipeline.notes[0].message.find("hunter2"), std::string::npos);
}

TEST_F(ApiForm, OfATypeThatIsNeededAndNotThereIsAnError) {
  EXPECT_EQ(
      errors(
          R"({"1": {"class_type": "Sourze"}, "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}}})"),
      "pipeline.yaml:1:22: the type of node '1' is 'Sourze', which is no node type; did you mean "
      "'Source'?");
}

// A node of ComfyUI's, whose input has a default here.
std::string counting(const std::string& inputs) {
  return R"({"7": {"class_type": "Values", "inputs": {)" + inputs + R"(}, "_meta": {"title": "Count"}},
             "1": {"class_type": "Source", "inputs": {"amount": ["7", 0]}},
             "2": {"class_type": "Save", "inputs": {"cloud": ["1", 0]}}})";
}

TEST_F(ApiForm, LacksNothingThatComfyUiRequires) {
  EXPECT_EQ(errors(counting("")),
            "pipeline.yaml:1:2: node '7' \"Count\" (Values) needs 'number': a whole number from 0 to "
            "100. (In the form of ComfyUI's API nothing is left out.)");
  EXPECT_EQ(errors(counting(R"("number": 4)")), "");
}

TEST_F(ApiForm, TakesNullForADefault) { EXPECT_EQ(errors(counting(R"("number": null)")), ""); }

TEST_F(ApiForm, MayBeGivenWhatItLacksOnACommandLine) {
  EXPECT_EQ(errors(counting(""), {parse_setting("7.number=5")}), "");
}

TEST_F(ApiForm, MayHaveIdsOfAnyKindAndPythonsNumbers) {
  EXPECT_EQ(
      flat(
          R"({"57:27": {"class_type": "Source", "inputs": {"level": NaN}}, "_workflow_info": {"a": 1}})"),
      "57:27 Source level=''\n");
  EXPECT_EQ(flat(R"({"a": {"class_type": "Lists", "inputs": {"area": {"__value__": [1, 2]}}}})"),
            "a Lists area=\n");
}

TEST_F(ApiForm, IsSetByIdOrByTitle) {
  for (const char* text : {"1.amount=4", "A source.amount=4"}) {
    const Pipeline pipeline = load(kSmall, {parse_setting(text)});
    EXPECT_EQ(std::get<std::int64_t>(std::get<Literal>(pipeline.nodes[0].inputs[0])), 4);
  }
  EXPECT_EQ(errors(kSmall, {parse_setting("base.amount=4")}),
            "--set base.amount=4: there is no node 'base'; known are: 1 (A source), 2 (Save)");
}

TEST_F(ApiForm, ThatIsNoJsonIsSaidWhere) {
  EXPECT_EQ(errors("{\"1\": {\"class_type\": \"Source\"}},\n}"),
            "pipeline.yaml:1:32: this is no JSON: syntax error while parsing value - unexpected ','; "
            "expected end "
            "of input");
}

}  // namespace
}  // namespace ksampler::test
