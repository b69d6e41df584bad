// One run of a pipeline, from its text to the files that it writes: what `run` and `verify` share.
#ifndef KSAMPLER_CLI_PIPELINE_RUN_HPP
#define KSAMPLER_CLI_PIPELINE_RUN_HPP

#include "host/cli/progress.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/graph/pipeline.hpp"
#include "host/runtime/runtime.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

struct RunRequest {
  PipelineSource source;
  std::vector<Setting> settings;
  std::vector<std::string> plugins;  // folders besides the usual ones
  std::string device;
  std::filesystem::path out;
  bool quiet = false;
  std::vector<std::string> isolated = {};  // plugins, or "all"
  std::uint32_t preview_every = 0;         // steps between two previews; 0: none
  bool decoded_previews = false;           // see RunOptions
  double isolate_seconds = kIsolateSeconds;
  NumberTypes types = {};
  bool rescue = true;        // where a node fails, write what was sampled before
  std::uint64_t memory = 0;  // bytes that networks may take; 0: by what the device has
};

struct RunResult {
  std::vector<std::filesystem::path> files;
  double seconds = 0;
  std::uint64_t peak = 0;  // bytes of memory, see Reporter::memory_used
};

// Checks and runs. None where Ctrl-C stopped it, which is said then. Throws Error.
std::optional<RunResult> run_pipeline(const RunRequest& request);

// How a run shows itself on standard error.
Progress::Style style_of(bool quiet);

// A folder that cannot be written to is found before the hour of sampling, not after it. Makes none
// yet. Throws Error.
void check_output_folder(const std::filesystem::path& out);

// What was written, on standard output; quiet: the names of the files alone.
void print_written(const RunResult& result, bool quiet);
void print_file(const std::filesystem::path& file, bool quiet);

// Adds "--set", "--folder" and "--out".
void add_file_options(CLI::App& verb, std::vector<std::string>& settings, std::string& folder,
                      std::string& out);

// Adds "--device" and "--quiet".
void add_run_options(CLI::App& verb, std::string& device, bool& quiet);

// Adds "--unet-dtype", "--vae-dtype" and "--text-dtype".
void add_type_options(CLI::App& verb, NumberTypes& types);

// Adds "--memory".
void add_preview_method_option(CLI::App& verb, bool& decoded, const std::string& needs = "");
void add_memory_option(CLI::App& verb, std::uint64_t& bytes);

}  // namespace ksampler

#endif
