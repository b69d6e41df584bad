// Which plugins a verb sees.
#ifndef KSAMPLER_CLI_SEARCH_HPP
#define KSAMPLER_CLI_SEARCH_HPP

#include "host/cli/report.hpp"
#include "host/cli/verb.hpp"
#include "host/plugin/registry.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

// Adds "--plugins DIR", which may be given more than once.
void add_plugins_option(CLI::App& verb, std::vector<std::string>& folders);

// Adds "--isolate PLUGIN", which may be given more than once.
void add_isolate_option(CLI::App& verb, std::vector<std::string>& plugins);

// The plugins in $KSAMPLER_PLUGIN_PATH, in `given`, in `pipeline`'s own folders, and beside the
// program. Warns of manifests that are broken or hidden by another. `log` takes what plugins say once
// they are loaded. `isolated` names those that run in a process of their own, or "all"; throws Error
// where there is no such plugin. `isolated_by_pipeline` names more, and is left to its check.
Registry find_plugins(const std::vector<std::string>& given,
                      const std::vector<std::filesystem::path>& pipeline, Report& report,
                      LogSink log = {}, const std::vector<std::string>& isolated = {},
                      const std::vector<std::string>& isolated_by_pipeline = {});

}  // namespace ksampler

#endif
