// The inventory for programs.
#include "host/cli/inventory.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

struct LiteralJson {
  Json operator()(std::monostate) const { return nullptr; }
  Json operator()(const PluginChoice& value) const { return value.name; }
  template <typename T>
  Json operator()(const T& value) const {
    return value;
  }
};

void add_bound(Json& json, const char* key, const InputDecl& input, double bound) {
  if (std::abs(bound) >= std::numeric_limits<double>::max()) return;
  const bool whole = input.kind == InputKind::integer || input.kind == InputKind::integers;
  json[key] = whole ? Json(static_cast<std::int64_t>(bound)) : Json(bound);
}

Json input_json(const InputDecl& input) {
  Json json;
  json["name"] = input.name;
  json["kind"] = kind_name(input.kind);
  json["summary"] = input.summary;
  if (input.kind == InputKind::link) json["type"] = input.type;
  const bool defaults = !std::holds_alternative<std::monostate>(input.default_value);
  json["required"] = !defaults && !input.optional;
  if (defaults) json["default"] = std::visit(LiteralJson{}, input.default_value);
  if (input.kind == InputKind::seed) {
    json["minimum"] = 0;
    json["maximum"] = std::numeric_limits<std::uint64_t>::max();
  } else {
    add_bound(json, "minimum", input, input.minimum);
    add_bound(json, "maximum", input, input.maximum);
  }
  if (input.multiple_of > 1) json["multiple_of"] = static_cast<std::int64_t>(input.multiple_of);
  if (input.kind == InputKind::choice) json["choices"] = input.choices;
  if (input.length > 0) json["length"] = input.length;
  return json;
}

Json inputs_json(const std::vector<InputDecl>& inputs) {
  Json json = Json::array();
  for (const InputDecl& input : inputs) json.push_back(input_json(input));
  return json;
}

template <typename Description>
Json named_json(const Named<Description>& each) {
  Json json;
  json["name"] = each.name;
  json["full_name"] = each.plugin->plugin.name + "/" + each.description->id;
  json["plugin"] = each.plugin->plugin.name;
  json["title"] = each.description->title;
  json["summary"] = each.description->summary;
  json["source"] = each.description->source;
  return json;
}

template <typename Description>
Json fits_json(const Description& each) {
  Json json = Json::array();
  if (each.fits_additive) json.push_back("additive");
  if (each.fits_flow) json.push_back("flow");
  return json;
}

const char* noise_name(NoiseKind noise) {
  constexpr const char* names[] = {"none", "gaussian", "brownian", "continued"};
  return names[static_cast<std::size_t>(noise)];
}

}  // namespace

Json plugins_json(const Inventory& inventory) {
  Json json = Json::array();
  for (const Manifest& each : inventory.registry.plugins()) {
    Json plugin;
    plugin["name"] = each.plugin.name;
    plugin["version"] = each.plugin.version;
    plugin["licence"] = each.plugin.licence;
    plugin["abi"] = std::to_string(each.plugin.abi_major) + "." + std::to_string(each.plugin.abi_minor);
    plugin["library"] = each.library.string();
    plugin["manifest"] = each.file.string();
    plugin["samplers"] = Json::array();
    plugin["schedulers"] = Json::array();
    plugin["guiders"] = Json::array();
    plugin["noises"] = Json::array();
    for (const auto& sampler : each.plugin.samplers) plugin["samplers"].push_back(sampler.id);
    for (const auto& scheduler : each.plugin.schedulers) plugin["schedulers"].push_back(scheduler.id);
    for (const auto& guider : each.plugin.guiders) plugin["guiders"].push_back(guider.id);
    for (const auto& noise : each.plugin.noises) plugin["noises"].push_back(noise.id);
    json.push_back(std::move(plugin));
  }
  return json;
}

Json samplers_json(const Inventory& inventory) {
  Json json = Json::array();
  for (const auto& each : named_samplers(inventory.registry)) {
    const SamplerDescription& sampler = *each.description;
    Json entry = named_json(each);
    entry["order"] = sampler.order;
    entry["stochastic"] = sampler.stochastic;
    entry["unconditional"] = sampler.unconditional;
    entry["drops_penultimate"] = sampler.drops_penultimate;
    entry["adaptive"] = sampler.adaptive;
    entry["noise"] = noise_name(sampler.noise);
    entry["fits"] = fits_json(sampler);
    entry["model_calls"] = {sampler.model_calls, sampler.model_calls_second_last,
                            sampler.model_calls_last};
    if (!sampler.inside.empty()) entry["inside"] = sampler.inside;
    entry["parameters"] = inputs_json(param_inputs(sampler.params));
    json.push_back(std::move(entry));
  }
  return json;
}

Json schedulers_json(const Inventory& inventory) {
  Json json = Json::array();
  for (const auto& each : named_schedulers(inventory.registry)) {
    Json entry = named_json(each);
    entry["parameters"] = inputs_json(param_inputs(each.description->params));
    json.push_back(std::move(entry));
  }
  return json;
}

Json guiders_json(const Inventory& inventory) {
  constexpr const char* stages[] = {"before", "combines", "after"};
  Json json = Json::array();
  for (const auto& each : named_guiders(inventory.registry)) {
    const GuiderDescription& guider = *each.description;
    Json entry = named_json(each);
    entry["stage"] = stages[static_cast<std::size_t>(guider.stage)];
    entry["positive_alone_at_1"] = guider.positive_alone_at_1;
    entry["needs_empty"] = guider.needs_empty;
    entry["needs_perturbed"] = guider.needs_perturbed;
    entry["needs_second"] = guider.needs_second;
    entry["fits"] = fits_json(guider);
    entry["parameters"] = inputs_json(param_inputs(guider.params));
    json.push_back(std::move(entry));
  }
  return json;
}

Json noises_json(const Inventory& inventory) {
  Json json = Json::array();
  for (const auto& each : named_noises(inventory.registry)) {
    const NoiseDescription& noise = *each.description;
    Json entry = named_json(each);
    entry["unit"] = noise.unit;
    entry["white"] = noise.white;
    entry["by_item"] = noise.by_item;
    entry["parameters"] = inputs_json(param_inputs(noise.params));
    json.push_back(std::move(entry));
  }
  return json;
}

Json nodes_json(const Inventory& inventory) {
  Json json = Json::array();
  for (const NodeDecl& node : inventory.nodes) {
    Json entry;
    entry["type"] = node.type;
    entry["category"] = node.category;
    entry["summary"] = node.summary;
    entry["output_node"] = node.is_output;
    entry["inputs"] = inputs_json(node.inputs);
    entry["outputs"] = Json::array();
    for (const OutputDecl& output : node.outputs) {
      Json one;
      one["name"] = output.name;
      one["type"] = output.type;
      one["summary"] = output.summary;
      entry["outputs"].push_back(std::move(one));
    }
    json.push_back(std::move(entry));
  }
  return json;
}

}  // namespace ksampler
