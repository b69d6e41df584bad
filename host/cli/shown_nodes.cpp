#include "host/cli/shown_nodes.hpp"

#include "host/files/json_text.hpp"
#include "host/graph/comfy/take_workflow.hpp"
#include "host/graph/document.hpp"
#include "host/graph/literal_reader.hpp"
#include "host/graph/scalar.hpp"
#include "host/nodes/declarations.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace ksampler {
namespace {

using Json = nlohmann::ordered_json;

// An alias stands for all that it names, and for each alias in that again.
constexpr std::size_t kMostValues = 10000;

Json json_of_scalar(const YamlNode& value) {
  if (value.quoted) return value.text;
  std::int64_t integer = 0;
  if (parse_integer(value.text, integer) == Parsed::fine) return integer;
  std::uint64_t seed = 0;
  if (parse_seed(value.text, seed) == Parsed::fine) return seed;
  double number = 0;
  if (parse_number(value.text, number) == Parsed::fine) return number;
  if (value.text == "true" || value.text == "false") return value.text == "true";
  return value.text;
}

class Reader {
 public:
  Json json_of(const YamlNode& value) {
    if (++values_ > kMostValues) return "...";
    if (value.slot >= 0) return Json::array({value.text, value.slot});  // a workflow's link
    Json json;
    switch (value.kind) {
      case YamlNode::Kind::null:
        break;
      case YamlNode::Kind::scalar:
        return json_of_scalar(value);
      case YamlNode::Kind::list:
        json = Json::array();
        for (const YamlPtr& item : value.items) json.push_back(json_of(*item));
        break;
      case YamlNode::Kind::map:
        json = Json::object();
        for (const YamlEntry& entry : value.entries) json[entry.key] = json_of(*entry.value);
        break;
    }
    return json;
  }

 private:
  std::size_t values_ = 0;
};

Json json_of_choice(const PluginChoice& choice) {
  if (choice.params.empty()) return choice.name;
  Json json = {{"name", choice.name}};
  for (const auto& [name, value] : choice.params) {
    std::visit([&](const auto& given) { json[name] = given; }, value);
  }
  return json;
}

Json json_of_literal(const Literal& literal) {
  if (const auto* choice = std::get_if<PluginChoice>(&literal)) return json_of_choice(*choice);
  return std::visit(
      [](const auto& value) -> Json {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::monostate> || std::is_same_v<Value, PluginChoice>) {
          return nullptr;
        } else {
          return value;
        }
      },
      literal);
}

const NodeDecl* declared(const std::string& type) {
  const auto& all = node_declarations();
  const auto at = std::ranges::find(all, type, &NodeDecl::type);
  return at == all.end() ? nullptr : &*at;
}

// Whether an input takes a text: then what was typed for it is the text, whatever YAML makes of it.
bool is_text(const NodeDecl* decl, const std::string& name) {
  return decl != nullptr && std::ranges::any_of(decl->inputs, [&](const InputDecl& input) {
           return input.name == name && input.kind == InputKind::text;
         });
}

void add_defaults(const std::string& type, Json& inputs) {
  const NodeDecl* decl = declared(type);
  if (decl == nullptr) return;
  for (const InputDecl& input : decl->inputs) {
    const bool has_one = !std::holds_alternative<std::monostate>(input.default_value);
    if (has_one && !inputs.contains(input.name)) {
      inputs[input.name] = json_of_literal(input.default_value);
    }
  }
}

}  // namespace

Json nodes_of_pipeline(const PipelineSource& source, const std::vector<Setting>& settings) {
  Json nodes = Json::object();
  std::vector<Diagnostic> left_to_the_check;
  Document document;
  try {
    document = read_document(source);
    if (document.workflow.form != WorkflowForm::none) {
      take_workflow(document, node_declarations(), left_to_the_check);
    }
  } catch (const Error&) {
    return nodes;
  }
  apply_settings(document, settings, left_to_the_check);
  Reader reader;
  for (const YamlEntry& node : document.nodes) {
    const YamlEntry* type_entry = node.value->find("type");
    const std::string type = type_entry == nullptr ? "" : type_entry->value->text;
    Json inputs = Json::object();
    for (const YamlEntry& input : node.value->entries) {
      if (input.key == "type") continue;
      const std::optional<std::string> typed = typed_text(*input.value);
      inputs[input.key] =
          typed && is_text(declared(type), input.key) ? Json(*typed) : reader.json_of(*input.value);
    }
    add_defaults(type, inputs);
    nodes[node.key] = {{"type", type}, {"inputs", std::move(inputs)}};
  }
  return nodes;
}

Json nodes_of_workflow(const std::string& text) {
  Json nodes = Json::object();
  const Json workflow = json_or_nothing(text);
  if (!workflow.is_object()) return nodes;
  for (const auto& [id, node] : workflow.items()) {
    if (!node.is_object() || !node.contains("class_type")) continue;
    const Json& type = node["class_type"];
    nodes[id] = {{"type", type.is_string() ? type.get<std::string>() : type.dump()},
                 {"inputs", node.value("inputs", Json::object())}};
  }
  return nodes;
}

}  // namespace ksampler
