#include "host/serve/http/answer.hpp"
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

void add_plugin_routes(Router& router, ServedPlugins& plugins, Changes& changes) {
  router.route("GET", "/plugins",
               [&](const auto&, const auto&) { return answer(kOk, plugins_json(plugins)); });
  router.route("POST", "/plugins/refresh", [&](const auto&, const auto&) {
    const std::vector<PluginChange> found = plugins.refresh();
    changes.next();
    return answer(kOk, {{"changes", changes_json(found)}});
  });
  router.route("POST", "/plugins/*/swap", [&](const auto&, const PathParts& parts) {
    try {
      const PluginChange change = plugins.swap(parts[0]);
      changes.next();
      return answer(status_of(change), change_json(change));
    } catch (const Error& error) {
      return refusal(kNotFound, error.diagnostics());
    }
  });
}

}  // namespace ksampler
