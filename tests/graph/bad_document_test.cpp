// What is wrong with a pipeline file before its inputs are looked at.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

using BadDocument = PipelineCase;

TEST_F(BadDocument, IsMissing) {
  try {
    check_pipeline(read_pipeline(folder_ / "nowhere.yaml"), declarations(), plugin_inputs());
    FAIL() << "loaded a file that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(relative(error.what()), "nowhere.yaml: there is no such file");
  }
}

TEST_F(BadDocument, IsMissingWhereAnotherIsNear) {
  write("quickstart.yaml", "");
  try {
    read_pipeline(folder_ / "quikstart.yaml");
    FAIL() << "read a file that is not there";
  } catch (const Error& error) {
    EXPECT_EQ(relative(error.what()),
              "quikstart.yaml: there is no such file; did you mean 'quickstart.yaml'?");
  }
}

TEST_F(BadDocument, IsAFolder) {
  try {
    check_pipeline(read_pipeline(folder_), declarations(), plugin_inputs());
    FAIL() << "loaded a folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.what(), folder_.string() + ": this is a folder, not a pipeline file");
  }
}

TEST_F(BadDocument, IsEmpty) {
  EXPECT_EQ(errors(""), "pipeline.yaml: the file is empty; a pipeline has 'nodes'");
  EXPECT_EQ(errors("# nothing but a comment\n"),
            "pipeline.yaml: the file is empty; a pipeline has 'nodes'");
}

TEST_F(BadDocument, IsNoMap) {
  EXPECT_EQ(errors("- a\n- b\n"),
            "pipeline.yaml:1:1: the file is a list; a pipeline is a map with 'nodes'");
  EXPECT_EQ(errors("nodes\n"),
            "pipeline.yaml:1:1: the file is 'nodes'; a pipeline is a map with 'nodes'");
}

TEST_F(BadDocument, HasNoNodes) {
  EXPECT_EQ(errors("profile: comfy\n"),
            "pipeline.yaml: the file has no 'nodes': there is nothing to run");
  EXPECT_EQ(errors("nodes:\n"), "pipeline.yaml:1:1: 'nodes' is empty: there is nothing to run");
  EXPECT_EQ(errors("nodes: {}\n"), "pipeline.yaml:1:1: 'nodes' is empty: there is nothing to run");
}

TEST_F(BadDocument, HasNodesAsAList) {
  EXPECT_EQ(errors("nodes:\n  - type: Save\n"),
            "pipeline.yaml:2:3: 'nodes' is a list; it takes a map of names to nodes");
}

TEST_F(BadDocument, HasAnUnknownTopLevelKey) {
  EXPECT_EQ(errors(source_with("amount: 1") + "noodes: {}\n"),
            "pipeline.yaml:6:1: unknown key 'noodes'; did you mean 'nodes'?");
  EXPECT_EQ(errors(source_with("amount: 1") + "version: 3\n"),
            "pipeline.yaml:6:1: unknown key 'version'; known are: device, isolation, nodes, plugins, "
            "profile");
}

TEST_F(BadDocument, HasAnUnknownDevice) {
  EXPECT_EQ(errors(source_with("amount: 1") + "device: gpu\n"),
            "pipeline.yaml:6:9: 'device' is 'gpu'; known are: auto, cpu, cuda");
  EXPECT_EQ(errors(source_with("amount: 1") + "device: 0\n"),
            "pipeline.yaml:6:9: 'device' is 0; known are: auto, cpu, cuda");
}

TEST_F(BadDocument, HasAnUnknownProfile) {
  EXPECT_EQ(errors(source_with("amount: 1") + "profile: confy\n"),
            "pipeline.yaml:6:10: 'profile' is 'confy'; did you mean 'comfy'?");
  EXPECT_EQ(errors(source_with("amount: 1") + "profile: [comfy]\n"),
            "pipeline.yaml:6:10: 'profile' is a list; known are: comfy, batch-invariant");
}

TEST_F(BadDocument, NamesAPluginFolderThatIsNotThere) {
  EXPECT_EQ(errors(source_with("amount: 1") + "plugins: [extra]\n"),
            "pipeline.yaml:6:11: 'plugins' names 'extra'; there is no folder extra");
  EXPECT_EQ(errors(source_with("amount: 1") + "plugins: extra\n"),
            "pipeline.yaml:6:10: 'plugins' is 'extra'; it takes a list of folders");
}

TEST_F(BadDocument, IsolatesAPluginThatIsNotThere) {
  EXPECT_EQ(errors(source_with("amount: 1") + "isolation: { comon: process }\n"),
            "pipeline.yaml:6:14: 'isolation' names 'comon', and there is no such plugin; did you mean "
            "'common'?");
}

TEST_F(BadDocument, IsolatesInAWayThatThereIsNot) {
  EXPECT_EQ(errors(source_with("amount: 1") + "isolation: { common: thread }\n"),
            "pipeline.yaml:6:22: the isolation of 'common' is 'thread'; it takes 'process'");
  EXPECT_EQ(errors(source_with("amount: 1") + "isolation: { common: {} }\n"),
            "pipeline.yaml:6:22: the isolation of 'common' is a map; it takes 'process'");
  EXPECT_EQ(errors(source_with("amount: 1") + "isolation: process\n"),
            "pipeline.yaml:6:12: 'isolation' is 'process'; it takes a map, such as "
            "{ my_plugin: process }");
}

TEST_F(BadDocument, HasNoOutputNode) {
  EXPECT_EQ(
      errors("nodes:\n  a: { type: Source }\n"),
      "pipeline.yaml:1:1: no node writes anything, so that there is nothing to run; what does: Save");
}

TEST_F(BadDocument, HasTwoNodesOfOneName) {
  EXPECT_EQ(errors("nodes:\n"
                   "  a: { type: Source }\n"
                   "  a: { type: Source, amount: 3 }\n"
                   "  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:3:3: 'a' stands twice here; the first is in line 2");
}

TEST_F(BadDocument, HasAKeyTwice) {
  EXPECT_EQ(errors(source_with("amount: 1\n    amount: 2")),
            "pipeline.yaml:5:5: 'amount' stands twice here; the first is in line 4");
}

// As somebody writes a DualCLIPLoader who knows ComfyUI's.
TEST_F(BadDocument, HasATypeTwice) {
  EXPECT_EQ(
      errors(source_with("type: flux")),
      "pipeline.yaml:4:5: 'type' stands twice here; the first is in line 3; what ComfyUI's loaders "
      "call 'type' is 'clip_type' here");
}

TEST_F(BadDocument, HasANodeThatIsNoMap) {
  EXPECT_EQ(errors("nodes:\n  a: Source\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:6: node 'a' is 'Source'; it takes a map with 'type' and inputs");
  EXPECT_EQ(errors("nodes:\n  a:\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: node 'a' is empty; it takes a map with 'type' and inputs");
}

TEST_F(BadDocument, HasANodeWithoutType) {
  EXPECT_EQ(errors("nodes:\n  a: { amount: 1 }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: node 'a' has no 'type'; `ksampler list nodes` has those that there "
            "are");
}

TEST_F(BadDocument, HasANodeOfAnUnknownType) {
  EXPECT_EQ(errors("nodes:\n  a: { type: Sorce }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:14: the type of node 'a' is 'Sorce', which is no node type; did you mean "
            "'Source'?");
}

TEST_F(BadDocument, HasAMisspeltType) {
  EXPECT_EQ(errors("nodes:\n  a: { tpye: Source }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: node 'a' has no 'type'; did you mean 'type' by 'tpye'?");
}

TEST_F(BadDocument, HasANodeNameThatALinkCouldNotHold) {
  EXPECT_EQ(errors("nodes:\n  a.b: { type: Source }\n  save: { type: Save, cloud: $a }\n"),
            "pipeline.yaml:2:3: a node is called 'a.b'; a name takes letters, digits, '_' and '-'\n"
            "pipeline.yaml:3:30: 'cloud' of node 'save' is the link '$a'; there is no node 'a'; known "
            "are: a.b, save");
}

TEST_F(BadDocument, HoldsASecondDocument) {
  EXPECT_EQ(
      errors(source_with("amount: 1") + "---\nnodes: {}\n"),
      "pipeline.yaml:6:1: this is not valid YAML: a second document begins; a pipeline file holds one");
}

TEST_F(BadDocument, SaysEverythingAtOnceInTheOrderOfTheFile) {
  EXPECT_EQ(
      errors("profile: best\n"
             "nodes:\n"
             "  save: { type: Save, clod: $a }\n"
             "  a: { type: Source, amount: 0, flag: maybe }\n"),
      "pipeline.yaml:1:10: 'profile' is 'best'; known are: comfy, batch-invariant\n"
      "pipeline.yaml:3:3: node 'save' (Save) needs 'cloud': a link of type CLOUD; here that is: $a\n"
      "pipeline.yaml:3:23: node 'save' (Save) has no input 'clod'; did you mean 'cloud'?\n"
      "pipeline.yaml:4:30: 'amount' of node 'a' is 0; it takes a whole number from 1 to 10\n"
      "pipeline.yaml:4:39: 'flag' of node 'a' is 'maybe'; it takes true or false");
}

}  // namespace ksampler::test
