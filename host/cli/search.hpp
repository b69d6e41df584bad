// Which plugins a verb sees.
#ifndef KSAMPLER_CLI_SEARCH_HPP
#define KSAMPLER_CLI_SEARCH_HPP

#include "host/cli/report.hpp"
#include "host/cli/verb.hpp"
#include "host/graph/pipeline.hpp"
#include "host/plugin/registry.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

// Adds "--plugins DIR", which may be given more than once.
void add_plugins_option(CLI::App& verb, std::vector<std::string>& folders);

// Adds "--isolate PLUGIN", which may be given more than once.
void add_isolate_option(CLI::App& verb, std::vector<std::string>& plugins);

// Adds "--isolate-limit SECONDS".
void add_isolate_limit_option(CLI::App& verb, double& seconds);

// What an isolated plugin may take between two calls to the host where nothing else is said.
inline constexpr double kIsolateSeconds = 10;

// Where to look for plugins, and which of them get a process of their own.
struct PluginSearch {
  std::vector<std::filesystem::path> folders;
  Isolation isolation;
};

// As find_plugins, for a search that is made again later: see report_search for what is said of it.
PluginSearch plugin_search(const std::vector<std::string>& given, const ParsedPipeline* pipeline,
                           Report& report, const std::vector<std::string>& isolated,
                           double isolate_seconds);

// Warns of what was found and is not used. Throws Error where there is no plugin of a name in
// `isolated`.
void report_search(const Registry& registry, Report& report, const std::vector<std::string>& isolated);

// The plugins in $KSAMPLER_PLUGIN_PATH, in `given`, in the folders that `pipeline` (null: none) names,
// and beside the program. Warns of manifests that are broken or hidden by another. `log` takes what
// plugins say once they are loaded. `isolated` names those that run in a process of their own, or
// "all"; throws Error where there is no such plugin. What the pipeline isolates is added, and left to
// its check. `isolate_seconds` is what those may take between two calls.
Registry find_plugins(const std::vector<std::string>& given, const ParsedPipeline* pipeline,
                      Report& report, LogSink log = {}, const std::vector<std::string>& isolated = {},
                      double isolate_seconds = kIsolateSeconds);

}  // namespace ksampler

#endif
