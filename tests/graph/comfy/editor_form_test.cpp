// Workflows as ComfyUI's editor saves them.
#include "tests/graph/comfy/workflow_case.hpp"

namespace ksampler::test {
namespace {

using EditorForm = WorkflowCase;

std::string file(const std::string& nodes, const std::string& links, const std::string& more = "") {
  return "{\"last_node_id\": 9, \"nodes\": [" + nodes + "], \"links\": [" + links + "]" + more + "}";
}

const std::string kSource =
    R"({"id": 1, "type": "Source", "outputs": [{"type": "CLOUD"}], "widgets_values": [3, 16, 7, "randomize", 0.25, true, "hi", "slow"]})";
const std::string kSave =
    R"({"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1}], "widgets_values": ["out"]})";
const std::string kFlatSource =
    "1 Source amount=3 step=16 seed=7 level=0.25 flag=true title='hi' mode='slow'\n";

TEST_F(EditorForm, HasItsValuesInARowAndWhatBecomesOfASeedBehindIt) {
  EXPECT_EQ(flat(file(kSource + "," + kSave, R"([1, 1, 0, 2, 0, "CLOUD"])")),
            kFlatSource + "2 Save cloud=[1,0] prefix='out'\n");
  EXPECT_EQ(
      flat(file(R"({"id": 1, "type": "Source", "widgets_values": [3, 16, 7, true, 0.25, "extra"]})",
                "")),
      "1 Source amount=3 step=16 seed=7 level=0.25 flag='extra'\n");
  EXPECT_EQ(
      flat(file(R"({"id": 1, "type": "Source", "widgets_values": {"amount": 4, "level": 1}})", "")),
      "1 Source amount=4 level=1\n");
}

TEST_F(EditorForm, LeavesOutWhatIsMutedAndGoesAroundWhatIsBypassed) {
  const std::string mix =
      R"({"id": 3, "type": "Mix", "mode": MODE, "inputs": [{"name": "a", "type": "CLOUD", "link": 1},
          {"name": "b", "type": "CLOUD", "link": null}], "outputs": [{"type": "CLOUD"}, {"type": "CLOUD"}]})";
  const std::string save =
      R"({"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 2}], "widgets_values": []})";
  const auto with = [&](const std::string& mode) {
    std::string node = mix;
    node.replace(node.find("MODE"), 4, mode);
    return flat(file(kSource + "," + node + "," + save,
                     R"([1, 1, 0, 3, 0, "CLOUD"], [2, 3, 0, 2, 0, "CLOUD"])"));
  };
  EXPECT_EQ(with("0"), kFlatSource + "3 Mix a=[1,0]\n2 Save cloud=[3,0]\n");
  EXPECT_EQ(with("2"), kFlatSource + "2 Save\n");
  EXPECT_EQ(with("4"), kFlatSource + "2 Save cloud=[1,0]\n");
}

TEST_F(EditorForm, HasTwoNodesWhereTwoHaveOneId) {
  const std::string save = R"({"id": 2, "type": "Save", "widgets_values": ["two"]})";
  const std::string other = R"({"id": "2_2", "type": "Save"})";
  EXPECT_EQ(
      flat(file(kSource + "," + kSave + "," + save + "," + other + "," + save,
                R"([1, 1, 0, 2, 0, "CLOUD"])")),
      kFlatSource +
          "2 Save cloud=[1,0] prefix='out'\n2_3 Save prefix='two'\n2_2 Save\n2_4 Save prefix='two'\n");
}

TEST_F(EditorForm, IsRefusedWhereNothingOfItRuns) {
  EXPECT_THROW(load(file(R"({"id": 1, "type": "Save", "mode": 2})", "")), Error);
  EXPECT_THROW(load(file("", "")), Error);
}

// Of an output that is the first of the types that an input may be.
TEST_F(EditorForm, GoesAroundANodeThatTakesOneOfSeveralTypes) {
  const auto around = [](const std::string& inputs) {
    return flat(file(kSource + R"(,{"id": 3, "type": "Resize", "mode": 4, "inputs": [)" + inputs +
                         R"(], "outputs": [{"type": "CLOUD"}]}, {"id": 2, "type": "Save",
          "inputs": [{"name": "cloud", "type": "CLOUD", "link": 2}], "widgets_values": []})",
                     R"([1, 1, 0, 3, 0, "CLOUD"], [2, 3, 0, 2, 0, "CLOUD"])"));
  };
  const std::string either = R"({"name": "a", "type": "WIND,CLOUD", "link": 1})";
  const std::string other = R"({"name": "b", "type": "WIND", "link": null})";
  EXPECT_EQ(around(either), kFlatSource + "2 Save cloud=[1,0]\n");
  EXPECT_EQ(around(other + ", " + either), kFlatSource + "2 Save cloud=[1,0]\n");
  EXPECT_EQ(around(R"({"name": "a", "type": "WINDCLOUD", "link": 1})"), kFlatSource + "2 Save\n");
}

TEST_F(EditorForm, FollowsReroutesNamesAndPrimitives) {
  EXPECT_EQ(
      flat(file(
          R"({"id": 1, "type": "Source", "inputs": [{"name": "amount", "type": "INT", "link": 4, "widget": {"name": "amount"}}], "outputs": [{"type": "CLOUD"}], "widgets_values": [3]},
             {"id": 5, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": 1}], "outputs": [{"type": "*"}]},
             {"id": 6, "type": "SetNode", "inputs": [{"name": "CLOUD", "type": "CLOUD", "link": 2}], "widgets_values": ["sky"]},
             {"id": 7, "type": "GetNode", "outputs": [{"type": "CLOUD"}], "widgets_values": ["sky"]},
             {"id": 8, "type": "PrimitiveNode", "outputs": [{"type": "INT"}], "widgets_values": [9, "fixed"]},
             {"id": 4, "type": "Note", "widgets_values": ["hello"]},
             {"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 3}], "widgets_values": ["out"]})",
          R"([1, 1, 0, 5, 0, "*"], [2, 5, 0, 6, 0, "CLOUD"], [3, 7, 0, 2, 0, "CLOUD"], [4, 8, 0, 1, 0, "INT"])")),
      "1 Source amount=9\n2 Save cloud=[1,0] prefix='out'\n");
}

TEST_F(EditorForm, FollowsAChainAsLongAsAFileMayBe) {
  std::string nodes = R"({"id": 0, "type": "Source", "outputs": [{"type": "CLOUD"}]})";
  std::string links = R"([0, 0, 0, 1, 0, "*"])";
  constexpr int kKnots = 9990;
  for (int i = 1; i <= kKnots; ++i) {
    const std::string id = std::to_string(i);
    nodes += R"(, {"id": )" + id +
             R"(, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": )" +
             std::to_string(i - 1) + R"(}], "outputs": [{"type": "*"}]})";
    links += ", [" + id + ", " + id + ", 0, " + std::to_string(i + 1) + R"(, 0, "*"])";
  }
  nodes += R"(, {"id": 10000, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": )" +
           std::to_string(kKnots) + "}]}";
  EXPECT_EQ(flat(file(nodes, links)), "0 Source\n10000 Save cloud=[0,0]\n");
}

TEST_F(EditorForm, ACircleOfNamesLeadsNowhere) {
  EXPECT_EQ(
      flat(file(
          R"({"id": 6, "type": "SetNode", "inputs": [{"name": "a", "type": "*", "link": 1}], "widgets_values": ["sky"]},
             {"id": 7, "type": "GetNode", "outputs": [{"type": "*"}], "widgets_values": ["sky"]},
             {"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 2}], "widgets_values": ["out"]})",
          R"([1, 7, 0, 6, 0, "*"], [2, 7, 0, 2, 0, "CLOUD"])")),
      "2 Save prefix='out'\n");
}

// A subgraph that mixes what comes in with a source of its own, whose amount is one of its inputs.
std::string subgraph(const std::string& instance) {
  return file(
      kSource + "," + instance +
          R"(, {"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 2}], "widgets_values": ["out"]})",
      R"([1, 1, 0, 9, 1, "CLOUD"], [2, 9, 0, 2, 0, "CLOUD"])",
      R"(, "definitions": {"subgraphs": [{"id": "u-u-i-d",
                  "inputs": [{"name": "amount", "type": "INT"}, {"name": "cloud", "type": "CLOUD"}], "outputs": [{"name": "mixed", "type": "CLOUD"}],
                  "nodes": [
                    {"id": 1, "type": "Source", "inputs": [{"name": "amount", "type": "INT", "link": 3, "widget": {"name": "amount"}}], "outputs": [{"type": "CLOUD"}], "widgets_values": [5]},
                    {"id": 2, "type": "Mix", "inputs": [{"name": "a", "type": "CLOUD", "link": 1}, {"name": "b", "type": "CLOUD", "link": 2}], "outputs": [{"type": "CLOUD"}]}],
                  "links": [{"id": 1, "origin_id": -10, "origin_slot": 1, "target_id": 2, "target_slot": 0, "type": "CLOUD"},
                            {"id": 2, "origin_id": 1, "origin_slot": 0, "target_id": 2, "target_slot": 1, "type": "CLOUD"},
                            {"id": 3, "origin_id": -10, "origin_slot": 0, "target_id": 1, "target_slot": 0, "type": "INT"},
                            {"id": 4, "origin_id": 2, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "CLOUD"}]}]})");
}

std::string inside(const std::string& amount) {
  return kFlatSource + "9:1 Source amount=" + amount +
         "\n9:2 Mix a=[1,0] b=[9:1,0]\n2 Save cloud=[9:2,0] prefix='out'\n";
}

TEST_F(EditorForm, OpensSubgraphsWhoseValuesHoldInside) {
  EXPECT_EQ(
      flat(subgraph(
          R"({"id": 9, "type": "u-u-i-d", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1}],
                             "outputs": [{"type": "CLOUD"}], "widgets_values": []})")),
      inside("5"));
  EXPECT_EQ(
      flat(subgraph(
          R"({"id": 9, "type": "u-u-i-d", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1}],
                             "outputs": [{"type": "CLOUD"}], "properties": {"proxyWidgets": [["1", "amount"]]}, "widgets_values": [8]})")),
      inside("5"));
}

TEST_F(EditorForm, OpensSubgraphsWhoseInstanceHasTheValues) {
  EXPECT_EQ(
      flat(subgraph(
          R"({"id": 9, "type": "u-u-i-d", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1},
                             {"name": "amount", "type": "INT", "link": null, "widget": {"name": "amount"}}],
                             "outputs": [{"type": "CLOUD"}], "widgets_values": [8]})")),
      inside("8"));
}

TEST_F(EditorForm, TellsValuesOfAnInstanceFromThoseInsideByItsProxies) {
  const auto with = [](const std::string& proxies, const std::string& values) {
    return flat(subgraph(
        R"({"id": 9, "type": "u-u-i-d", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1}],
                            "outputs": [{"type": "CLOUD"}], "properties": {"proxyWidgets": )" +
        proxies + R"(}, "widgets_values": )" + values + "}"));
  };
  EXPECT_EQ(with(R"([["1", "amount"], ["-1", "amount"]])", "[6, 8]"), inside("8"));
  EXPECT_EQ(with(R"([["-1", "amount"]])", "[]"), inside("5"));
}

// One input of a subgraph may lead to a field and to a socket: both have what the field has.
TEST_F(EditorForm, GivesWhatAFieldInsideHasToAllThatItsInputLeadsTo) {
  const auto with = [](const std::string& fields) {
    return flat(R"({"nodes": [{"id": 9, "type": "u-u-i-d", "inputs": [], "outputs": []}], "links": [],
      "definitions": {"subgraphs": [{"id": "u-u-i-d",
        "inputs": [{"name": "amount", "type": "INT", "linkIds": [7, 5, 6]}], "outputs": [],
        "nodes": [
          {"id": 1, "type": "Pass", "inputs": [{"name": "value", "type": "*", "link": 7}]},
          {"id": 2, "type": "Nobody's", "inputs": [)" +
                fields + R"(], "widgets_values": [5, "fixed", 8]},
          {"id": 3, "type": "Source", "inputs": [{"name": "amount", "type": "INT", "link": 6, "widget": {"name": "amount"}}],
           "widgets_values": [3]}],
        "links": [{"id": 5, "origin_id": -10, "origin_slot": 0, "target_id": 2, "target_slot": 1},
                  {"id": 6, "origin_id": -10, "origin_slot": 0, "target_id": 3, "target_slot": 0},
                  {"id": 7, "origin_id": -10, "origin_slot": 0, "target_id": 1, "target_slot": 0}]}]}})");
  };
  const std::string amount = R"({"name": "amount", "link": 5, "widget": {"name": "amount"}})";
  EXPECT_EQ(with(R"({"name": "seed", "link": null, "widget": {"name": "seed"}}, )" + amount),
            "9:1 Pass value=8\n9:2 Nobody's\n9:3 Source amount=8\n");
  // Which value is whose is not known, where there are more than fields.
  EXPECT_EQ(with(R"({"name": "cloud", "link": null}, )" + amount),
            "9:1 Pass value=3\n9:2 Nobody's\n9:3 Source amount=3\n");
}

// Each level leads to the next by many links, so that there are more ways than can be gone.
TEST_F(EditorForm, LooksForAFieldThroughManyLinksInNoTime) {
  constexpr int kLevels = 30;
  constexpr int kLinks = 30;
  std::string subgraphs;
  for (int level = 0; level < kLevels; ++level) {
    std::string ids;
    std::string links;
    for (int i = 0; i < kLinks; ++i) {
      const std::string comma = i == 0 ? "" : ", ";
      ids += comma + std::to_string(i);
      links += comma + R"({"id": )" + std::to_string(i) +
               R"(, "origin_id": -10, "origin_slot": 0, "target_id": 1, "target_slot": 0})";
    }
    const std::string inner = level + 1 < kLevels ? "level" + std::to_string(level + 1) : "Pass";
    subgraphs += std::string(level == 0 ? "" : ", ") + R"({"id": "level)" + std::to_string(level) +
                 R"(", "inputs": [{"name": "value", "linkIds": [)" + ids +
                 R"(]}], "outputs": [], "nodes": [{"id": 1, "type": ")" + inner +
                 R"(", "inputs": [{"name": "value", "link": 0}]}], "links": [)" + links + "]}";
  }
  const std::string read = flat(
      R"({"nodes": [{"id": 1, "type": "level0", "inputs": []}], "links": [], "definitions": {"subgraphs": [)" +
      subgraphs + "]}}");
  EXPECT_TRUE(read.ends_with(" Pass\n")) << read;
}

TEST_F(EditorForm, MutesAndBypassesASubgraphAsAWhole) {
  const std::string instance =
      R"({"id": 9, "type": "u-u-i-d", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 1}], "outputs": [{"type": "CLOUD"}], "mode": )";
  EXPECT_EQ(flat(subgraph(instance + "2}")), kFlatSource + "2 Save prefix='out'\n");
  EXPECT_EQ(flat(subgraph(instance + "4}")), kFlatSource + "2 Save cloud=[1,0] prefix='out'\n");
}

TEST_F(EditorForm, RefusesASubgraphThatHoldsItself) {
  const std::string text = file(
      R"({"id": 1, "type": "loop"})", "",
      R"(, "definitions": {"subgraphs": [{"id": "loop", "nodes": [{"id": 1, "type": "loop"}], "links": []}]})");
  EXPECT_THROW(flat(text), Error);
}

TEST_F(EditorForm, OpensGroupNodes) {
  EXPECT_EQ(
      flat(file(
          kSource +
              R"(, {"id": 9, "type": "workflow>pair", "inputs": [{"name": "a", "type": "CLOUD", "link": 1}],
                               "outputs": [{"type": "CLOUD"}], "widgets_values": [4, 8]},
                              {"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": 2}], "widgets_values": ["out"]})",
          R"([1, 1, 0, 9, 0, "CLOUD"], [2, 9, 0, 2, 0, "CLOUD"])",
          R"(, "extra": {"groupNodes": {"pair": {
                          "nodes": [{"type": "Source", "index": 0, "outputs": [{"type": "CLOUD"}], "widgets_values": [1, 8]},
                                    {"type": "Mix", "index": 1, "inputs": [{"name": "a", "type": "CLOUD"}, {"name": "b", "type": "CLOUD"}],
                                     "outputs": [{"type": "CLOUD"}]}],
                          "links": [[0, 0, 1, 1, 5, "CLOUD"]]}}})")),
      kFlatSource +
          "9:0 Source amount=4 step=8\n9:1 Mix a=[1,0] b=[9:0,0]\n2 Save cloud=[9:1,0] prefix='out'\n");
}

TEST_F(EditorForm, SendsWhatEverywhereNodesSend) {
  EXPECT_EQ(
      flat(file(
          kSource +
              R"(, {"id": 5, "type": "Anything Everywhere", "inputs": [{"name": "anything", "type": "*", "link": 1}]},
                              {"id": 2, "type": "Save", "inputs": [{"name": "cloud", "type": "CLOUD", "link": null}], "widgets_values": ["out"]})",
          R"([1, 1, 0, 5, 0, "CLOUD"])")),
      kFlatSource + "2 Save cloud=[1,0] prefix='out'\n");
}

}  // namespace
}  // namespace ksampler::test
