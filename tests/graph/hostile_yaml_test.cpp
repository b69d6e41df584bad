// YAML that is legal or nearly so, and that nobody writes in good faith.
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

using HostileYaml = PipelineCase;

TEST_F(HostileYaml, AliasInsideWhatItNames) {
  EXPECT_EQ(errors("nodes: &all\n  a: *all\n"),
            "pipeline.yaml:2:6: this is not valid YAML: an alias (*name) stands inside the value that "
            "it names");
}

TEST_F(HostileYaml, AliasOfNothing) {
  const std::string message = errors("nodes: *all\n");
  EXPECT_EQ(
      message.find("pipeline.yaml:1:8: this is not valid YAML: the referenced anchor is not defined"),
      0u)
      << message;
}

TEST_F(HostileYaml, AbsurdDepth) {
  EXPECT_EQ(errors("nodes: " + std::string(400, '[') + std::string(400, ']')),
            "pipeline.yaml:1:71: this is not valid YAML: nested deeper than 64 levels");
  // Which end they have does not matter, nor how many there are.
  EXPECT_NE(errors("nodes: " + std::string(1000000, '[')), "");
  std::string maps;
  for (int i = 0; i < 1000; ++i) maps += "{a: ";
  EXPECT_EQ(errors("nodes: " + maps),
            "pipeline.yaml:1:260: this is not valid YAML: nested deeper than 64 levels");
}

TEST_F(HostileYaml, AliasesOfAliasesDoNotGrow) {
  // Written out, the last of these would have 9^30 items.
  std::string text = "bomb:\n  - &x0 [1]\n";
  for (int i = 1; i <= 30; ++i) {
    text += "  - &x" + std::to_string(i) + " [";
    for (int j = 0; j < 9; ++j) text += (j == 0 ? "*x" : ", *x") + std::to_string(i - 1);
    text += "]\n";
  }
  EXPECT_EQ(
      errors(text + source_with("amount: 1")),
      "pipeline.yaml:1:1: unknown key 'bomb'; known are: device, isolation, nodes, plugins, profile");
}

TEST_F(HostileYaml, KeysThatAreNoNames) {
  EXPECT_EQ(errors(source_with("[1, 2]: 3")), "pipeline.yaml:4:5: a key must be a name");
  EXPECT_EQ(errors(source_with("? { a: b }\n    : 3")), "pipeline.yaml:4:7: a key must be a name");
  EXPECT_EQ(errors(source_with("~: 3")), "pipeline.yaml:4:5: a key must be a name");
}

TEST_F(HostileYaml, Tags) {
  EXPECT_EQ(errors(source_with("amount: !!python/object 3")),
            "pipeline.yaml:4:13: the YAML tag 'tag:yaml.org,2002:python/object' has no meaning in a "
            "pipeline; leave "
            "it out");
}

TEST_F(HostileYaml, MergeOfWhatIsNoMap) {
  EXPECT_EQ(errors(source_with("<<: 3")),
            "pipeline.yaml:4:5: '<<' takes an alias of a map, or a list of them");
}

TEST_F(HostileYaml, ControlCharactersDoNotReachTheTerminal) {
  EXPECT_EQ(errors(source_with("\"a\\e[31m\": 3")),
            "pipeline.yaml:4:5: node 'a' (Source) has no input 'a\\x1b[31m'; known are: amount, step, "
            "seed, level, "
            "flag, title, mode");
}

TEST_F(HostileYaml, TooLarge) {
  const std::string text(17 << 20, '#');
  EXPECT_EQ(errors(text), "pipeline.yaml: larger than 16 MiB, which no pipeline file needs to be");
}

TEST_F(HostileYaml, ThousandsOfErrorsAreAllThere) {
  std::string text = "nodes:\n";
  for (int i = 0; i < 3000; ++i)
    text += "  n" + std::to_string(i) + ": { type: Mix, a: $m" + std::to_string(i) + " }\n";
  text += "  save: { type: Save, cloud: $n0 }\n";
  const std::string message = errors(text);
  EXPECT_EQ(std::count(message.begin(), message.end(), '\n') + 1, 3000);
}

TEST_F(HostileYaml, ChainOfManyNodesIsNoProblem) {
  constexpr int kNodes = 20000;
  std::string text = "nodes:\n  save: { type: Save, cloud: $n0 }\n";
  for (int i = 0; i < kNodes; ++i) {
    text += "  n" + std::to_string(i) + ": { type: Mix, a: $n" + std::to_string(i + 1) + " }\n";
  }
  text += "  n" + std::to_string(kNodes) + ": { type: Source }\n";
  EXPECT_EQ(load(text).nodes.back().name, "save");
}

}  // namespace ksampler::test
