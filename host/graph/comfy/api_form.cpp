#include "host/graph/comfy/api_form.hpp"

#include "host/graph/comfy/editor_graph.hpp"
#include "host/graph/comfy/input_names.hpp"
#include "host/graph/scalar.hpp"

#include <algorithm>

namespace ksampler {
namespace {

// ["4", 0], or a value: a list of values comes in {"__value__": [...]}.
YamlPtr input_value(const YamlPtr& value) {
  if (value->kind == YamlNode::Kind::map) {
    const YamlEntry* wrapped = value->find("__value__");
    return wrapped == nullptr ? value : wrapped->value;
  }
  std::int64_t slot = 0;
  const bool is_link = value->kind == YamlNode::Kind::list && value->items.size() == 2 &&
                       value->items[0]->kind == YamlNode::Kind::scalar && !value->items[1]->quoted &&
                       parse_integer(value->items[1]->text, slot) == Parsed::fine;
  if (!is_link || slot < 0 || slot > kMostSlots) return value;
  return slot_link(value->items[0]->text, static_cast<int>(slot), value->place);
}

}  // namespace

YamlPtr slot_link(const std::string& node, int slot, const Place& place) {
  auto link = std::make_shared<YamlNode>();
  link->kind = YamlNode::Kind::scalar;
  link->place = place;
  link->text = node;
  link->comfy = true;
  link->slot = slot;
  return link;
}

std::shared_ptr<YamlNode> workflow_node(const std::string& type, const Place& type_place,
                                        const Place& place) {
  auto name = std::make_shared<YamlNode>();
  name->kind = YamlNode::Kind::scalar;
  name->place = type_place;
  name->text = type;
  auto node = std::make_shared<YamlNode>();
  node->kind = YamlNode::Kind::map;
  node->place = place;
  node->comfy = true;
  node->entries.push_back({"type", type_place, std::move(name)});
  return node;
}

bool is_api_form(const YamlNode& root) {
  return root.kind == YamlNode::Kind::map &&
         std::ranges::any_of(root.entries, [](const YamlEntry& entry) {
           return entry.value->find("class_type") != nullptr;
         });
}

WorkflowNodes api_nodes(const YamlNode& root) {
  WorkflowNodes result;
  for (const YamlEntry& entry : root.entries) {
    const YamlEntry* type = entry.value->find("class_type");
    if (type == nullptr) continue;
    auto node = workflow_node(type->value->text, type->value->place, entry.value->place);
    if (const YamlNode* inputs = value_at(*entry.value, "inputs")) {
      for (const YamlEntry& input : inputs->entries) {
        node->entries.push_back({name_here(input.key), input.place, input_value(input.value)});
      }
    }
    if (const YamlNode* meta = value_at(*entry.value, "_meta")) {
      const std::string title = text_at(*meta, "title");
      if (!title.empty() && title != type->value->text) result.titles[entry.key] = title;
    }
    result.nodes.push_back({entry.key, entry.place, std::move(node)});
  }
  return result;
}

}  // namespace ksampler
