#include "host/graph/comfy/plain_values.hpp"

#include "host/graph/comfy/api_form.hpp"
#include "host/graph/scalar.hpp"

#include <algorithm>

namespace ksampler {
namespace {

using Declarations = std::unordered_map<std::string, const NodeDecl*>;

bool takes_any(const NodeDecl& decl, const std::string& input) {
  const auto at = std::ranges::find(decl.inputs, input, &InputDecl::name);
  return at != decl.inputs.end() && at->kind == InputKind::link && at->type == kAnyType;
}

std::string node_for(const YamlNode& value) {
  if (value.quoted) return "PrimitiveString";
  if (value.text == "true" || value.text == "false") return "PrimitiveBoolean";
  std::int64_t integer = 0;
  return parse_integer(value.text, integer) == Parsed::fine ? "PrimitiveInt" : "PrimitiveFloat";
}

}  // namespace

void give_plain_values_nodes(WorkflowNodes& workflow, const Declarations& declarations) {
  std::vector<YamlEntry> made;
  for (YamlEntry& node : workflow.nodes) {
    const YamlEntry* type = node.value->find("type");
    const auto decl = type == nullptr ? declarations.end() : declarations.find(type->value->text);
    if (decl == declarations.end()) continue;
    std::shared_ptr<YamlNode> changed;
    for (std::size_t i = 0; i < node.value->entries.size(); ++i) {
      const YamlEntry& input = node.value->entries[i];
      const YamlNode& value = *input.value;
      if (value.kind != YamlNode::Kind::scalar || value.slot >= 0) continue;
      if (!takes_any(*decl->second, input.key) || !declarations.contains(node_for(value))) continue;
      const std::string id = node.key + "." + input.key;
      auto primitive = workflow_node(node_for(value), value.place, value.place);
      primitive->entries.push_back({"value", value.place, input.value});
      made.push_back({id, value.place, std::move(primitive)});
      if (changed == nullptr) changed = std::make_shared<YamlNode>(*node.value);
      changed->entries[i].value = slot_link(id, 0, value.place);
    }
    if (changed != nullptr) node.value = std::move(changed);
  }
  std::ranges::move(made, std::back_inserter(workflow.nodes));
}

}  // namespace ksampler
