// A pipeline that is run again and again: the model stays loaded, plugins are swapped, and what it
// depends on is known.
#ifndef KSAMPLER_CLI_WATCHED_PIPELINE_HPP
#define KSAMPLER_CLI_WATCHED_PIPELINE_HPP

#include "host/cli/pipeline_run.hpp"
#include "host/cli/stop_on_change.hpp"
#include "host/plugin/live_plugins.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ksampler {

class WatchedPipeline {
 public:
  // `request` is of a pipeline file; its source is read for each run. `folder`: what files in it are
  // relative to, or empty for its own. The others must outlive it.
  WatchedPipeline(RunRequest request, std::filesystem::path file, std::filesystem::path folder,
                  Report& report, Progress& progress);

  // Reads, checks and runs, with the newest plugins. None where something changed meanwhile that it
  // depends on: what it would have made is not wanted any more. Throws Error, or Stopped.
  std::optional<RunResult> run();

  // What has changed since the last look and concerns the pipeline, a sentence for each ("shapes.yaml
  // changed"); refused plugins are reported. Empty: there is no reason to run again.
  std::vector<std::string> changes();

  // Where to wait for changes.
  std::set<std::filesystem::path> folders() const;

 private:
  void find_plugins_of(const ParsedPipeline& parsed);
  void note_dependencies(const Pipeline& pipeline, const Registry& registry);
  FileStamps plugin_files(const Registry& registry) const;
  std::string sentence_of(const PluginChange& change);

  RunRequest request_;
  std::filesystem::path file_;
  std::filesystem::path folder_;
  Report& report_;
  Progress& progress_;
  std::unique_ptr<Runtime> runtime_;
  std::vector<std::filesystem::path> plugin_folders_;  // that the pipeline names
  std::vector<std::string> isolated_;                  // that the pipeline isolates
  std::unique_ptr<LivePlugins> plugins_;
  FileStamps files_;            // as they were last looked at
  std::set<std::string> used_;  // plugins; all, where the pipeline could not be read
  bool is_checked_ = false;
};

}  // namespace ksampler

#endif
