// Runs a pipeline as the program does, in this process.
#ifndef KSAMPLER_TESTS_NODES_PIPELINE_RUNNER_HPP
#define KSAMPLER_TESTS_NODES_PIPELINE_RUNNER_HPP

#include "host/runtime/runtime.hpp"
#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

struct Outcome {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> warnings;
  std::uint32_t steps = 0;  // reported
  std::uint64_t peak = 0;   // bytes of memory
};

// `out`: the folder that outputs are relative to.
Outcome run_pipeline(const std::filesystem::path& file, const std::filesystem::path& out,
                     const NumberTypes& types = {}, std::uint64_t memory = 0);

// The same for a text, which is written to `out`/pipeline.yaml first.
Outcome run_pipeline_text(const std::string& text, const std::filesystem::path& out,
                          const NumberTypes& types = {}, std::uint64_t memory = 0);

// What PreviewAny writes of the node `it`.
std::string previewed(const std::string& nodes);

}  // namespace ksampler

#endif
