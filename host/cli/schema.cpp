// ksampler schema: a JSON schema of pipeline files, with which editors complete and check.
#include "host/base/conventions.hpp"
#include "host/base/sentence.hpp"
#include "host/cli/inventory.hpp"
#include "host/cli/search.hpp"
#include "host/cli/verb.hpp"
#include "host/graph/document.hpp"
#include "host/graph/wording.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/plugin_inputs.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <iostream>
#include <limits>
#include <memory>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

Json typed(const char* type) { return {{"type", type}}; }

Json with_bounds(Json json, const InputDecl& input) {
  if (std::abs(input.minimum) < std::numeric_limits<double>::max()) json["minimum"] = input.minimum;
  if (std::abs(input.maximum) < std::numeric_limits<double>::max()) json["maximum"] = input.maximum;
  if (input.multiple_of > 1) json["multipleOf"] = input.multiple_of;
  return json;
}

Json list_of(Json items, int length) {
  Json json = typed("array");
  json["items"] = std::move(items);
  if (length > 0) json["minItems"] = json["maxItems"] = length;
  return json;
}

Json or_text(Json list, const InputDecl& input) {
  if (input.as_text) list["type"] = {"array", "string", "number"};  // of one number YAML makes no text
  return list;
}

// What an input takes. Samplers and schedulers are defined once, under their kind's name.
Json value_schema(const InputDecl& input) {
  switch (input.kind) {
    case InputKind::link:
      return {{"type", "string"}, {"pattern", "^\\$[^$.]+(\\.[^.]+)?$"}};
    case InputKind::integer:
      return with_bounds(typed("integer"), input);
    case InputKind::seed:
      return {
          {"type", "integer"}, {"minimum", 0}, {"maximum", std::numeric_limits<std::uint64_t>::max()}};
    case InputKind::number:
      return with_bounds(typed("number"), input);
    case InputKind::boolean:
      return typed("boolean");
    case InputKind::text:
    case InputKind::value_name:
    case InputKind::named_value:
      return {{"type", {"string", "number", "boolean"}}};
    case InputKind::choice:
      return {{"enum", input.choices}};
    case InputKind::file:
      return typed("string");
    case InputKind::integers:
      return list_of(with_bounds(typed("integer"), input), input.length);
    case InputKind::numbers:
      return or_text(list_of(with_bounds(typed("number"), input), input.length), input);
    case InputKind::sampler:
    case InputKind::scheduler:
    case InputKind::guider:
    case InputKind::noise:
      return {{"$ref", "#/definitions/" + kind_name(input.kind)}};
  }
  return {};
}

Json input_schema(const InputDecl& input) {
  Json json = value_schema(input);
  json["description"] = sentence("{} Takes {}.", input.summary, takes_text(input));
  return json;
}

Json properties_of(const std::vector<InputDecl>& inputs) {
  Json properties = Json::object();
  for (const InputDecl& input : inputs) properties[input.name] = input_schema(input);
  return properties;
}

Json node_schema(const NodeDecl& node) {
  Json required = {"type"};
  for (const InputDecl& input : node.inputs) {
    const bool defaults = !std::holds_alternative<std::monostate>(input.default_value);
    if (!defaults && !input.optional) required.push_back(input.name);
  }
  Json properties = properties_of(node.inputs);
  properties["type"] = {{"const", node.type}};
  properties["<<"] =
      Json::object();  // a YAML merge may bring what is required, so that nothing is here
  Json json = typed("object");
  json["description"] = node.summary;
  json["properties"] = std::move(properties);
  json["additionalProperties"] = false;
  json["anyOf"] = {{{"required", {"<<"}}}, {{"required", std::move(required)}}};
  return json;
}

// A name, for which any text may stand (the plugin may be elsewhere), or a map with the parameters.
template <typename Description>
Json plugin_schema(const std::vector<Named<Description>>& all) {
  Json names = Json::array();
  Json maps = Json::array();
  for (const auto& each : all) {
    names.push_back(each.name);
    Json properties = properties_of(param_inputs(each.description->params));
    properties["name"] = {{"const", each.name}};
    maps.push_back({{"type", "object"}, {"properties", std::move(properties)}, {"required", {"name"}}});
  }
  Json any = Json::array();
  any.push_back({{"enum", std::move(names)}});
  any.push_back(typed("string"));
  for (Json& map : maps) any.push_back(std::move(map));
  any.push_back({{"type", "object"}, {"required", {"name"}}});
  return {{"anyOf", std::move(any)}};
}

Json schema(const Inventory& inventory) {
  Json types = Json::array();
  Json rules = Json::array();
  Json definitions = Json::object();
  definitions["sampler"] = plugin_schema(named_samplers(inventory.registry));
  definitions["scheduler"] = plugin_schema(named_schedulers(inventory.registry));
  definitions["guider"] = plugin_schema(named_guiders(inventory.registry));
  definitions["noise"] = plugin_schema(named_noises(inventory.registry));
  for (const NodeDecl& node : inventory.nodes) {
    types.push_back(node.type);
    Json is_this = {{"properties", {{"type", {{"const", node.type}}}}}, {"required", {"type"}}};
    rules.push_back({{"if", std::move(is_this)}, {"then", {{"$ref", "#/definitions/" + node.type}}}});
    definitions[node.type] = node_schema(node);
  }
  Json node = typed("object");
  node["properties"] = {{"type", {{"enum", std::move(types)}}}};
  node["allOf"] = std::move(rules);

  Json json;
  json["$schema"] = "http://json-schema.org/draft-07/schema#";
  json["title"] = "KSampler pipeline";
  json["type"] = "object";
  Json isolation = typed("object");
  isolation["additionalProperties"] = {{"const", "process"}};
  json["properties"] = {{"device", {{"enum", devices()}}},
                        {"isolation", std::move(isolation)},
                        {"nodes", {{"type", "object"}, {"additionalProperties", std::move(node)}}},
                        {"plugins", list_of(typed("string"), 0)},
                        {"profile", {{"enum", profiles()}}}};
  json["required"] = {"nodes"};
  json["additionalProperties"] = false;
  json["definitions"] = std::move(definitions);
  return json;
}

int print_schema(const std::vector<std::string>& plugins) {
  Report report = stderr_report();
  const Registry registry = find_plugins(plugins, nullptr, report);
  constexpr auto replace = Json::error_handler_t::replace;
  std::cout << schema({registry, node_declarations()}).dump(2, ' ', false, replace) << "\n";
  return kFine;
}

}  // namespace

void add_schema(CLI::App& app, Action& action) {
  auto plugins = std::make_shared<std::vector<std::string>>();
  CLI::App* verb = app.add_subcommand("schema", "Print a JSON schema of pipeline files, for editors");
  add_plugins_option(*verb, *plugins);
  verb->callback([&action, plugins] { action = [plugins] { return print_schema(*plugins); }; });
}

}  // namespace ksampler
