#include "host/graph/result_cache.hpp"

#include "tests/graph/pipeline_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <map>

namespace ksampler::test {
namespace {

class ResultCacheOf : public PipelineCase {
 protected:
  // Runs a pipeline as a host does; which nodes were run, in order.
  std::string run(const std::string& text) {
    const Pipeline pipeline = load(text);
    KnownNodes nodes = cache_.take(pipeline);
    std::string ran;
    std::map<std::string, NodeFunction> functions;
    for (const NodeDecl& decl : declarations()) {
      functions[decl.type] = [&](const Inputs& in) {
        ran += in.node().name + " ";
        return std::vector<Value>(in.node().decl->outputs.size(), Value(1));
      };
    }
    ExecuteHooks hooks;
    hooks.known = [&](std::size_t i) {
      return nodes.results[i] == nullptr ? nullptr : &nodes.results[i]->values;
    };
    hooks.done = [&](const Node& node, const std::vector<Value>& values) {
      nodes.results[static_cast<std::size_t>(&node - pipeline.nodes.data())] =
          std::make_shared<const NodeResult>(NodeResult{values, files_});
      if (node.name == "a") nodes.seen[static_cast<std::size_t>(&node - pipeline.nodes.data())] = seen_;
    };
    execute(
        pipeline, [&](const std::string& type) -> const NodeFunction& { return functions.at(type); },
        hooks);
    cache_.keep(std::move(nodes));
    return ran;
  }

  static std::string mix(int first, int second, const std::string& prefix = "out") {
    return "nodes:\n  a: { type: Source, amount: " + std::to_string(first) +
           " }\n  b: { type: Source, amount: " + std::to_string(second) +
           " }\n  mix: { type: Mix, a: $a, b: $b }\n  save: { type: Save, cloud: $mix, prefix: " +
           prefix + " }\n";
  }

  ResultCache cache_;
  std::vector<std::filesystem::path> files_;
  std::vector<SeenFile> seen_;  // by node a
};

TEST_F(ResultCacheOf, TheSamePipelineRunsNothing) {
  EXPECT_EQ(run(mix(1, 2)), "a b mix save ");
  EXPECT_EQ(run(mix(1, 2)), "");
}

TEST_F(ResultCacheOf, AChangedValueRunsWhatDependsOnIt) {
  run(mix(1, 2));
  EXPECT_EQ(run(mix(1, 3)), "b mix save ");
  EXPECT_EQ(run(mix(1, 3, "other")), "save ");
}

TEST_F(ResultCacheOf, NodesThatDoTheSameByOtherNamesAreKnown) {
  run(mix(1, 2));
  EXPECT_EQ(run("nodes:\n  one: { type: Source, amount: 1 }\n  save: { type: Save, cloud: $one }\n"),
            "save ");
}

TEST_F(ResultCacheOf, WhatTheLastRunDidNotNeedIsGone) {
  run(mix(1, 2));
  run(mix(3, 4));
  EXPECT_EQ(run(mix(1, 2)), "a b mix save ");
}

TEST_F(ResultCacheOf, TwoInputsInTheOtherOrderAreAnotherNode) {
  run(mix(1, 2));
  EXPECT_EQ(run(mix(2, 1)), "mix save ");
}

TEST_F(ResultCacheOf, ANodeWhoseFileIsGoneIsRunAgain) {
  const TemporaryFolder folder;
  files_ = {folder.path() / "a.png"};
  std::ofstream(files_.front()) << "x";
  run(mix(1, 2));
  EXPECT_EQ(run(mix(1, 2)), "");
  std::filesystem::remove(files_.front());
  EXPECT_EQ(run(mix(1, 2)), "a b mix save ");  // each of them had named the file
}

TEST_F(ResultCacheOf, ANodeThatReadsAFileIsRunAgainWhereTheFileChanged) {
  const std::string text =
      "nodes:\n  read: { type: Reader, file: a.txt }\n  save: { type: Save, cloud: $read.cloud }\n";
  write("a.txt", "1");
  EXPECT_EQ(run(text), "read save ");
  EXPECT_EQ(run(text), "");
  write("a.txt", "22");
  EXPECT_EQ(run(text), "read save ");
}

TEST_F(ResultCacheOf, ANodeIsRunAgainWhereAFileThatItLookedForChanged) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "word.safetensors";
  const auto look = [&] { seen_ = {{file, stamp_of(file)}}; };
  look();
  run(mix(1, 2));
  EXPECT_EQ(run(mix(1, 2)), "");
  std::ofstream(file) << "1";  // it was not there
  look();
  EXPECT_EQ(run(mix(1, 2)), "a mix save ");
  EXPECT_EQ(run(mix(1, 2)), "");
  std::ofstream(file) << "22";
  look();
  EXPECT_EQ(run(mix(1, 2)), "a mix save ");
  std::filesystem::remove(file);
  EXPECT_EQ(run(mix(1, 2)), "a mix save ");
}

TEST_F(ResultCacheOf, AClearedOneKnowsNothing) {
  run(mix(1, 2));
  cache_.clear();
  EXPECT_EQ(run(mix(1, 2)), "a b mix save ");
}

}  // namespace
}  // namespace ksampler::test
