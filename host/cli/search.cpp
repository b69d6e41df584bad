#include "host/cli/search.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ksampler {

void add_plugins_option(CLI::App& verb, std::vector<std::string>& folders) {
  verb.add_option("--plugins", folders,
                  "Look for plugins in this folder, too; may be given more than once")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

void add_isolate_option(CLI::App& verb, std::vector<std::string>& plugins) {
  verb.add_option("--isolate", plugins,
                  "Run this plugin in a process of its own, without files and network; 'all' for all")
      ->type_name("PLUGIN")
      ->allow_extra_args(false);
}

void add_isolate_limit_option(CLI::App& verb, double& seconds) {
  verb.add_option(
          "--isolate-limit", seconds,
          "How long an isolated plugin may take between two calls to the host; the model's time "
          "does not count")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->check(number_within(0.001, 1e6));
}

PluginSearch plugin_search(const std::vector<std::string>& given, const ParsedPipeline* pipeline,
                           Report& report, const std::vector<std::string>& isolated,
                           double isolate_seconds) {
  std::vector<std::filesystem::path> folders;
  for (const std::string& folder : given) {
    std::error_code error;
    // One that does not exist is most likely a slip of the pen.
    if (!std::filesystem::is_directory(folder, error)) {
      Diagnostic missing;
      missing.place.file = "--plugins " + folder;
      missing.message = "there is no such folder";
      report.print(missing, Severity::warning);
    }
    folders.emplace_back(folder);
  }
  std::vector<std::string> all_isolated = isolated;
  if (pipeline != nullptr) {
    for (const ParsedPipeline::Folder& folder : pipeline->plugin_folders())
      folders.push_back(folder.path);
    for (std::string& name : pipeline->isolation()) all_isolated.push_back(std::move(name));
  }
  const auto wanted = [all_isolated](const Manifest& manifest) {
    return std::any_of(all_isolated.begin(), all_isolated.end(), [&manifest](const std::string& name) {
      return name == "all" || name == manifest.plugin.name;
    });
  };
  Isolation isolation{.wanted = wanted};
  isolation.settings.limit = std::chrono::milliseconds(std::llround(isolate_seconds * 1000));
  return {plugin_folders(folders), std::move(isolation)};
}

void report_search(const Registry& registry, Report& report, const std::vector<std::string>& isolated) {
  for (const Diagnostic& broken : registry.broken()) report.print(broken, Severity::warning);
  for (const Diagnostic& shadowed : registry.shadowed()) report.print(shadowed, Severity::warning);
  for (const std::string& name : isolated) {
    std::vector<std::string> names = {"all"};
    for (const Manifest& manifest : registry.plugins()) names.push_back(manifest.plugin.name);
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw Error(Place{"--isolate " + name}, "there is no such plugin" + suggestion(name, names));
    }
  }
}

Registry find_plugins(const std::vector<std::string>& given, const ParsedPipeline* pipeline,
                      Report& report, LogSink log, const std::vector<std::string>& isolated,
                      double isolate_seconds) {
  PluginSearch search = plugin_search(given, pipeline, report, isolated, isolate_seconds);
  Registry registry(std::move(search.folders), std::move(log), std::move(search.isolation));
  report_search(registry, report, isolated);
  return registry;
}

}  // namespace ksampler
