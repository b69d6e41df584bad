// What a server answers, as JSON.
#ifndef KSAMPLER_SERVE_JSON_HPP
#define KSAMPLER_SERVE_JSON_HPP

#include "host/serve/http/answer.hpp"
#include "host/serve/run_view.hpp"
#include "host/serve/served_plugins.hpp"

#include <nlohmann/json_fwd.hpp>

namespace ksampler {

nlohmann::ordered_json run_json(const RunView& run);
nlohmann::ordered_json plugin_json(const PluginView& plugin);
// {"plugins": [...], "problems": [...]}
nlohmann::ordered_json plugins_json(const ServedPlugins& plugins);
nlohmann::ordered_json change_json(const PluginChange& change);

}  // namespace ksampler

#endif
