#include "host/serve/http.hpp"
#include "host/serve/json.hpp"
#include "host/serve/routes.hpp"

#include <nlohmann/json.hpp>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

Json changes_json(const std::vector<PluginChange>& changes) {
  Json json = Json::array();
  for (const PluginChange& change : changes) json.push_back(change_json(change));
  return json;
}

// 409: the new library is not in use, and the answer says why; the old one is.
int status_of(const PluginChange& change) {
  return change.kind == PluginChange::Kind::refused ? kConflict : kOk;
}

}  // namespace

void add_plugin_routes(httplib::Server& http, ServedPlugins& plugins, Changes& changes) {
  http.Get("/plugins",
           [&](const auto&, auto& response) { answer(response, kOk, plugins_json(plugins)); });
  http.Post("/plugins/refresh", [&](const auto&, auto& response) {
    const std::vector<PluginChange> found = plugins.refresh();
    changes.next();
    answer(response, kOk, {{"changes", changes_json(found)}});
  });
  http.Post(R"(/plugins/([^/]+)/swap)", [&](const auto& request, auto& response) {
    try {
      const PluginChange change = plugins.swap(request.matches[1]);
      changes.next();
      answer(response, status_of(change), change_json(change));
    } catch (const Error& error) {
      refuse(response, kNotFound, error.diagnostics());
    }
  });
}

}  // namespace ksampler
