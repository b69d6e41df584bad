#include "host/cli/search.hpp"

namespace ksampler {

void add_plugins_option(CLI::App& verb, std::vector<std::string>& folders) {
  verb.add_option("--plugins", folders,
                  "Look for plugins in this folder, too; may be given more than once")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

Registry find_plugins(const std::vector<std::string>& given,
                      const std::vector<std::filesystem::path>& pipeline, Report& report, LogSink log) {
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
  folders.insert(folders.end(), pipeline.begin(), pipeline.end());
  Registry registry(plugin_folders(folders), std::move(log));
  for (const Diagnostic& broken : registry.broken()) report.print(broken, Severity::warning);
  for (const Diagnostic& shadowed : registry.shadowed()) report.print(shadowed, Severity::warning);
  return registry;
}

}  // namespace ksampler
