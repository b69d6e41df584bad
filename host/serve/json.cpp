#include "host/serve/json.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

double milliseconds_of(double seconds) { return std::round(seconds * 1e6) / 1e3; }

}  // namespace

Json run_json(const RunView& run) {
  Json json;
  json["id"] = run.id;
  json["name"] = run.name;
  json["state"] = state_name(run.state);
  json["revision"] = run.changed;
  json["stopping"] = run.stopping;
  json["node"] = run.node;
  json["step"] = run.step;
  json["steps"] = run.steps;
  json["seconds"] = std::round(run.seconds * 1e3) / 1e3;
  json["files"] = run.files;
  json["previews"] = run.previews;
  json["warnings"] = run.warnings;
  json["errors"] = diagnostics_json(run.errors);
  return json;
}

Json plugin_json(const PluginView& plugin) {
  Json json;
  json["name"] = plugin.name;
  json["version"] = plugin.version;
  json["generation"] = plugin.generation;
  json["hash"] = plugin.hash;
  json["isolated"] = plugin.isolated;
  json["library"] = plugin.library;
  json["samplers"] = plugin.samplers;
  json["schedulers"] = plugin.schedulers;
  json["guiders"] = plugin.guiders;
  json["noises"] = plugin.noises;
  json["refused"] = diagnostics_json(plugin.refused);
  return json;
}

Json plugins_json(const ServedPlugins& plugins) {
  Json json = {{"plugins", Json::array()}, {"problems", diagnostics_json(plugins.problems())}};
  for (const PluginView& plugin : plugins.views()) json["plugins"].push_back(plugin_json(plugin));
  return json;
}

Json change_json(const PluginChange& change) {
  constexpr const char* kinds[] = {"unchanged", "swapped", "added", "removed", "refused"};
  Json json;
  json["plugin"] = change.plugin;
  json["change"] = kinds[static_cast<std::size_t>(change.kind)];
  json["generation"] = change.generation;
  json["milliseconds"] = milliseconds_of(change.took.count());
  json["problems"] = diagnostics_json(change.problems);
  return json;
}

}  // namespace ksampler
