// What is known of a run, at one moment.
#ifndef KSAMPLER_SERVE_RUN_VIEW_HPP
#define KSAMPLER_SERVE_RUN_VIEW_HPP

#include "host/base/error.hpp"
#include "host/graph/pipeline.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

using RunId = std::uint64_t;

enum class RunState { queued, running, done, failed, cancelled };

// "queued"
const char* state_name(RunState state);

class RunListener;

// Where a run's files go, and what they say besides how they were made.
struct RunPlace {
  std::filesystem::path folder;  // what the names of files are relative to; empty: one of the run's own
  std::filesystem::path out;     // in it
  std::filesystem::path previews;  // in it
  std::map<std::string, std::string> record;
};

// A pipeline that was sent, and found to be right.
struct Submission {
  std::string name;  // what lists call it: "quickstart.yaml"
  ParsedPipeline pipeline;
  std::vector<Setting> settings;
  RunPlace place = {};
  std::optional<double> number = {};          // lower ones run first; none: its id
  bool front = false;                         // without a number: before all that wait
  std::optional<bool> decoded_previews = {};  // see RunOptions; none: as the server was told
  bool reuse = false;  // nodes that would do what they did in the last such run are not run
  std::shared_ptr<RunListener> listener = {};
};

struct RunView {
  RunId id = 0;
  std::string name;
  double number = 0;  // lower ones run first
  RunState state = RunState::queued;
  bool stopping = false;    // cancelled, and not at its next step yet
  std::string node;         // that runs, or failed
  std::uint32_t step = 0;   // of that node
  std::uint32_t steps = 0;  // 0: it has none
  double seconds = 0;       // since it started, or that it took
  std::vector<Diagnostic> errors;
  std::vector<std::string> warnings;
  std::filesystem::path folder;    // what files are relative to; empty: the run's own
  std::vector<std::string> files;  // relative to it
  std::uint32_t previews = 0;      // pictures on the way so far: the latest is kept
  std::uint64_t changed = 0;       // Changes' number: of two views of a run, the later has the larger
};

}  // namespace ksampler

#endif
