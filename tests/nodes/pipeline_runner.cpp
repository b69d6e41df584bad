#include "tests/nodes/pipeline_runner.hpp"

#include "host/nodes/declarations.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>

extern "C" ksampler::Runtime* ksampler_make_runtime();

namespace ksampler {
namespace {

class Recorder : public Reporter {
 public:
  explicit Recorder(Outcome& outcome) : outcome_(outcome) {}
  void step_done(const Node&, std::uint32_t, std::uint32_t) override { ++outcome_.steps; }
  void file_written(const Node&, const std::filesystem::path& file) override {
    outcome_.files.push_back(file);
  }
  void warning(const Node&, const std::string& message) override {
    outcome_.warnings.push_back(message);
  }

  void memory_used(std::uint64_t peak) override { outcome_.peak = peak; }

 private:
  Outcome& outcome_;
};

}  // namespace

Outcome run_pipeline(const std::filesystem::path& file, const std::filesystem::path& out,
                     const NumberTypes& types, std::uint64_t memory) {
  static const Registry registry({BINARY_DIR "/plugins"});
  static const std::unique_ptr<Runtime> runtime(ksampler_make_runtime());
  const Pipeline pipeline =
      check_pipeline(read_pipeline(file), node_declarations(), plugin_inputs(registry));
  Outcome outcome;
  Recorder recorder(outcome);
  RunOptions options;
  options.device = "cpu";
  options.out = out;
  options.types = types;
  options.memory = memory;
  runtime->run(pipeline, registry, options, recorder);
  return outcome;
}

Outcome run_pipeline_text(const std::string& text, const std::filesystem::path& out,
                          const NumberTypes& types, std::uint64_t memory) {
  const auto file = out / "pipeline.yaml";
  std::ofstream(file) << text;
  return run_pipeline(file, out, types, memory);
}

std::string previewed(const std::string& nodes) {
  const test::TemporaryFolder out;
  const Outcome outcome =
      run_pipeline_text("nodes:\n" + nodes + "  show: { type: PreviewAny, source: $it }\n", out.path());
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(outcome.files.size(), 1U);
  std::ifstream file(outcome.files.at(0));
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace ksampler
