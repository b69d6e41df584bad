// What a server answers, as JSON.
#ifndef KSAMPLER_SERVE_JSON_HPP
#define KSAMPLER_SERVE_JSON_HPP

#include "host/serve/run_view.hpp"
#include "host/serve/served_plugins.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace ksampler {

// [{"file": ..., "line": 3, "column": 7, "message": ...}]; line and column where they are known.
nlohmann::ordered_json diagnostics_json(const std::vector<Diagnostic>& diagnostics);

nlohmann::ordered_json run_json(const RunView& run);
nlohmann::ordered_json plugin_json(const PluginView& plugin);
// {"plugins": [...], "problems": [...]}
nlohmann::ordered_json plugins_json(const ServedPlugins& plugins);
nlohmann::ordered_json change_json(const PluginChange& change);

// On one line. Text that is no UTF-8, as of a file's name, is mended.
std::string json_text(const nlohmann::ordered_json& json);

}  // namespace ksampler

#endif
