// A pipeline in a file of a temporary folder, checked against a few declared nodes and plugins.
#ifndef KSAMPLER_TESTS_GRAPH_PIPELINE_CASE_HPP
#define KSAMPLER_TESTS_GRAPH_PIPELINE_CASE_HPP

#include "host/graph/pipeline.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler::test {

// Nodes for the tests of the graph, which must know none by name:
//   Source(amount integer 1..10 = 2, step multiple of 8 from 8 to 64 = 8, seed,
//          level number 0..1 = 0.5, flag boolean = false, title text = "",
//          mode choice fast|slow = fast) -> cloud CLOUD
//   Reader(file) -> cloud CLOUD, wind WIND
//   Lists(area 4 integers >= 0, levels numbers >= 0) -> wind WIND
//   Pass(value any) -> value any
//   Set(value any, name: the value's) -> value any
//   Get(name: of a value) -> value any
//   Mix(a CLOUD, b CLOUD optional, wind WIND optional) -> cloud CLOUD, rest CLOUD
//   Brew(cloud CLOUD, sampler, scheduler optional) -> cloud CLOUD
//   Values(number integer 0..100 = 3) -> int INT, float FLOAT, flag BOOLEAN, text STRING
//   Save(cloud CLOUD, prefix text = "out") writes
const std::vector<NodeDecl>& declarations();

// Samplers: plain (none), "rich" (eta number 0..10, order integer 1..4, fast boolean, kind choice
// midpoint|heun, levels numbers). Schedulers: even.
PluginInputs plugin_inputs();

class PipelineCase : public ::testing::Test {
 protected:
  PipelineCase();
  ~PipelineCase() override;

  // Writes `text` to pipeline.yaml and loads it.
  Pipeline load(const std::string& text, const std::vector<Setting>& settings = {}) const;
  // The same, parsed and not checked.
  ParsedPipeline parsed(const std::string& text) const;
  // What is wrong with it.
  std::vector<Diagnostic> diagnostics(const std::string& text) const;
  // The diagnostics of loading it, a line each, with the folder's name left out; "" where it is fine.
  std::string errors(const std::string& text, const std::vector<Setting>& settings = {}) const;

  std::filesystem::path write(const std::string& name, const std::string& text) const;
  // `text` without the temporary folder's name.
  std::string relative(std::string text) const;

  std::filesystem::path folder_;
};

// A pipeline of one Source and one Save, with `input` in the source: "amount: 3".
std::string source_with(const std::string& input);

}  // namespace ksampler::test

#endif
