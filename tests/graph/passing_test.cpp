// Nodes that pass on what they are given: by a link of any type, or by a name.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {
namespace {

std::size_t index_of(const Pipeline& pipeline, const std::string& name) {
  for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
    if (pipeline.nodes[i].name == name) return i;
  }
  return pipeline.nodes.size();
}

// The name of the node that the first input of `name` is linked to.
std::string source_of(const Pipeline& pipeline, const std::string& name) {
  const Link* link = std::get_if<Link>(&pipeline.nodes.at(index_of(pipeline, name)).inputs.at(0));
  return link == nullptr ? "nothing" : pipeline.nodes[link->node].name;
}

using Passing = PipelineCase;

TEST_F(Passing, HasTheTypeOfWhatIsPassed) {
  EXPECT_EQ(errors("nodes:\n"
                   "  save: { type: Save, cloud: $third }\n"
                   "  third: { type: Pass, value: $second.value }\n"
                   "  second: { type: Pass, value: $first }\n"
                   "  first: { type: Pass, value: $mix.rest }\n"
                   "  mix: { type: Mix, a: $a }\n"
                   "  a: { type: Source }\n"),
            "");
}

TEST_F(Passing, KeepsTheNodesThatPass) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: { type: Source }\n"
      "  one: { type: Pass, value: $a }\n"
      "  save: { type: Save, cloud: $one }\n");
  EXPECT_EQ(source_of(pipeline, "save"), "one");
  EXPECT_EQ(source_of(pipeline, "one"), "a");
}

TEST_F(Passing, RefusesAnotherTypeAtItsEnd) {
  EXPECT_EQ(errors("nodes:\n"
                   "  w: { type: Lists, area: [0, 0, 1, 1] }\n"
                   "  one: { type: Pass, value: $w }\n"
                   "  a: { type: Source }\n"
                   "  two: { type: Pass, value: $a }\n"
                   "  save: { type: Save, cloud: $one }\n"),
            "pipeline.yaml:6:30: 'cloud' of node 'save' is the link '$one'; node 'one' (Pass) gives "
            "WIND, and it takes a link of type CLOUD; here that is: $a, $two");
}

TEST_F(Passing, RefusesANodeThatGivesNothing) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  save: { type: Save, cloud: $a }\n"
                   "  one: { type: Pass, value: $save }\n"),
            "pipeline.yaml:4:29: 'value' of node 'one' is the link '$save'; node 'save' (Save) gives "
            "nothing, and it takes a link of any type; here that is: $a");
}

TEST_F(Passing, InACircleIsReportedOnceAsSuch) {
  EXPECT_EQ(errors("nodes:\n"
                   "  one: { type: Pass, value: $two }\n"
                   "  two: { type: Pass, value: $one }\n"
                   "  save: { type: Save, cloud: $one }\n"),
            "pipeline.yaml:2:3: links run in a circle, each node needing the next: one -> two -> one");
}

TEST_F(Passing, OfANodeThatIsWrongIsNotReportedAgain) {
  EXPECT_EQ(errors("nodes:\n"
                   "  one: { type: Pass, value: $aa }\n"
                   "  save: { type: Save, cloud: $one }\n"),
            "pipeline.yaml:2:29: 'value' of node 'one' is the link '$aa'; there is no node 'aa'; known "
            "are: one, save");
}

using NamedValue = PipelineCase;

TEST_F(NamedValue, IsALinkToTheNodeThatNamesIt) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  save: { type: Save, cloud: $get }\n"
      "  get: { type: Get, name: base cloud }\n"
      "  set: { type: Set, value: $a, name: base cloud }\n"
      "  a: { type: Source }\n");
  EXPECT_EQ(source_of(pipeline, "save"), "get");
  EXPECT_EQ(source_of(pipeline, "get"), "set");
  EXPECT_LT(index_of(pipeline, "set"), index_of(pipeline, "get"));
}

TEST_F(NamedValue, HasTheTypeOfTheValue) {
  EXPECT_EQ(errors("nodes:\n"
                   "  w: { type: Lists, area: [0, 0, 1, 1] }\n"
                   "  set: { type: Set, value: $w, name: base }\n"
                   "  get: { type: Get, name: base }\n"
                   "  save: { type: Save, cloud: $get }\n"),
            "pipeline.yaml:5:30: 'cloud' of node 'save' is the link '$get'; node 'get' (Get) gives "
            "WIND, and it takes a link of type CLOUD; no node here gives one");
}

TEST_F(NamedValue, ThatNobodyGivesGetsTheNearestName) {
  EXPECT_EQ(
      errors("nodes:\n"
             "  a: { type: Source }\n"
             "  set: { type: Set, value: $a, name: base }\n"
             "  get: { type: Get, name: bas }\n"
             "  save: { type: Save, cloud: $get }\n"),
      "pipeline.yaml:4:27: 'name' of node 'get' is 'bas'; it takes a name that another node gives "
      "to a value; did you mean 'base'?");
  EXPECT_EQ(
      errors("nodes:\n"
             "  get: { type: Get, name: bas }\n"
             "  save: { type: Save, cloud: $get }\n"),
      "pipeline.yaml:2:27: 'name' of node 'get' is 'bas'; it takes a name that another node gives "
      "to a value; no node here gives one");
}

TEST_F(NamedValue, IsNamedOnce) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  one: { type: Set, value: $a, name: base }\n"
                   "  two: { type: Set, value: $a, name: base }\n"
                   "  get: { type: Get, name: base }\n"
                   "  save: { type: Save, cloud: $get }\n"),
            "pipeline.yaml:4:38: node 'two' calls its value 'base', as node 'one' does already; a name "
            "is given once");
}

TEST_F(NamedValue, TakesANameAndNoLink) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  set: { type: Set, value: $a, name: $a }\n"
                   "  get: { type: Get, name: $set }\n"
                   "  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:3:38: 'name' of node 'set' is the link '$a'; it takes a name that no other "
            "node gives to a value\n"
            "pipeline.yaml:4:27: 'name' of node 'get' is the link '$set'; it takes a name that another "
            "node gives to a value; no node here gives one");
}

TEST_F(NamedValue, IsNeeded) {
  EXPECT_EQ(errors("nodes:\n"
                   "  get: { type: Get }\n"
                   "  save: { type: Save, cloud: $get }\n"),
            "pipeline.yaml:2:3: node 'get' (Get) needs 'name': a name that another node gives to a "
            "value");
}

TEST_F(NamedValue, FollowsASetting) {
  const Pipeline pipeline = load(
      "nodes:\n"
      "  a: { type: Source }\n"
      "  b: { type: Source }\n"
      "  one: { type: Set, value: $a, name: one }\n"
      "  two: { type: Set, value: $b, name: two }\n"
      "  get: { type: Get, name: one }\n"
      "  save: { type: Save, cloud: $get }\n",
      {parse_setting("get.name=two")});
  EXPECT_EQ(source_of(pipeline, "get"), "two");
}

// Each link must not be followed to its end anew.
TEST_F(Passing, OfALongChainTakesNoTime) {
  std::string text = "nodes:\n  n0: { type: Source }\n";
  for (int i = 1; i < 20000; ++i) {
    text += "  n" + std::to_string(i) + ": { type: Pass, value: $n" + std::to_string(i - 1) + " }\n";
  }
  EXPECT_EQ(errors(text + "  save: { type: Save, cloud: $n19999 }\n"), "");
}

}  // namespace
}  // namespace ksampler::test
