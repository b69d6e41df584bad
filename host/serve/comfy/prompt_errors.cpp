#include "host/serve/comfy/prompt_errors.hpp"

#include "host/base/sentence.hpp"
#include "host/serve/comfy/object_info.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ksampler::comfy {
namespace {

// Lists above this are not repeated in an error.
constexpr std::size_t kLongestList = 20;

const InputDecl* declared(const NodeDecl* decl, const std::string& name) {
  if (decl == nullptr) return nullptr;
  const auto at = std::ranges::find(decl->inputs, name, &InputDecl::name);
  return at == decl->inputs.end() ? nullptr : &*at;
}

struct Wording {
  const char* type;
  const char* message;
};

Wording wording(const Diagnostic& diagnostic, const PromptGraph& graph, const InputDecl* input) {
  using Kind = Diagnostic::Kind;
  const NodeDecl* decl = graph.declaration(diagnostic.node);
  switch (diagnostic.kind) {
    case Kind::missing_input:
      return {"required_input_missing", "Required input is missing"};
    case Kind::wrong_type:
      return {"invalid_input_type", "Value of another type than the input takes"};
    case Kind::too_small:
      return {"value_smaller_than_min", "Value below the input's minimum"};
    case Kind::too_large:
      return {"value_bigger_than_max", "Value above the input's maximum"};
    case Kind::unknown_choice:
      return {"value_not_in_list", "Value not in list"};
    case Kind::wrong_link:
      return {"return_type_mismatch", "Linked to an output of another type"};
    case Kind::bad_link:
      if (graph.in_circle(diagnostic.node))
        return {"dependency_cycle", "Nodes need each other in a circle"};
      return {"bad_linked_input", "Linked to an output that is not there"};
    case Kind::no_file:
      if (decl != nullptr && input != nullptr && reads_pictures(*decl, *input)) {
        return {"custom_validation_failed", "Picture not found"};
      }
      return {"value_not_in_list", "File not found"};
    case Kind::other:
    case Kind::syntax:
    case Kind::unknown_type:
    case Kind::unknown_input:
    case Kind::no_output:
    case Kind::bad_file:
    case Kind::not_written:
    case Kind::out_of_memory:
    case Kind::plugin:
    case Kind::unavailable:
    case Kind::not_allowed:
    case Kind::stopped:
    case Kind::bad_argument:
      break;
  }
  return {"custom_validation_failed", "The node cannot run so"};
}

// The type that comes along a link; empty where that is not known.
std::string linked_type(const Json& link, const PromptGraph& graph) {
  if (!link.is_array() || link.size() != 2 || !link[0].is_string() || !link[1].is_number_unsigned())
    return "";
  const NodeDecl* source = graph.declaration(link[0].get<std::string>());
  const auto slot = link[1].get<std::size_t>();
  return source == nullptr || slot >= source->outputs.size() ? "" : source->outputs[slot].type;
}

bool is_long_list(const Json& spec) {
  return spec.is_array() && !spec.empty() && spec[0].is_array() && spec[0].size() > kLongestList;
}

}  // namespace

Json problem(const char* type, const std::string& message, const std::string& details) {
  return {{"type", type}, {"message", message}, {"details", details}, {"extra_info", Json::object()}};
}

Json node_problem(const Diagnostic& diagnostic, const PromptGraph& graph, Choices& choices) {
  const NodeDecl* decl = graph.declaration(diagnostic.node);
  const InputDecl* input = declared(decl, diagnostic.input);
  const Wording words = wording(diagnostic, graph, input);
  const std::string type = words.type;
  Json result = problem(words.type, words.message, diagnostic.message);
  // By these words the page knows that a picture is missing.
  if (type == "custom_validation_failed" && diagnostic.kind == Diagnostic::Kind::no_file) {
    result["details"] = "Invalid image file: " + diagnostic.message;
  }
  Json& extra = result["extra_info"];
  if (type == "dependency_cycle") extra["node_id"] = diagnostic.node;
  if (input == nullptr) return result;
  extra["input_name"] = input->name;
  if (type == "required_input_missing") {  // of which ComfyUI says no more
    result["details"] = input->name.substr(input->name.rfind('.') + 1);
    return result;
  }
  Json spec = input_spec(*decl, *input, choices);
  extra["input_config"] = is_long_list(spec) ? Json(nullptr) : std::move(spec);
  const Json* value = graph.input(diagnostic.node, input->name);
  if (value == nullptr) return result;
  if (type == "return_type_mismatch") {
    extra["received_type"] = linked_type(*value, graph);
    extra["linked_node"] = *value;
  } else {
    extra["received_value"] = *value;
  }
  if (type == "invalid_input_type") extra["exception_message"] = diagnostic.message;
  return result;
}

Json node_errors(const std::vector<Diagnostic>& diagnostics, const PromptGraph& graph,
                 Choices& choices) {
  Json errors = Json::object();
  for (const Diagnostic& diagnostic : diagnostics) {
    const NodeDecl* decl = graph.declaration(diagnostic.node);
    if (decl == nullptr) continue;
    Json& of_node = errors[diagnostic.node];
    if (of_node.is_null()) {
      of_node = {
          {"class_type", decl->type}, {"dependent_outputs", Json::array()}, {"errors", Json::array()}};
    }
    of_node["errors"].push_back(node_problem(diagnostic, graph, choices));
  }
  for (const std::string& output : graph.outputs()) {
    const std::set<std::string> needed = graph.above(output);
    for (const auto& [id, of_node] : errors.items()) {
      if (needed.contains(id)) of_node["dependent_outputs"].push_back(output);
    }
  }
  return errors;
}

}  // namespace ksampler::comfy
