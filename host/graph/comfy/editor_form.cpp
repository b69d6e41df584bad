#include "host/graph/comfy/editor_form.hpp"

#include "host/graph/comfy/api_form.hpp"
#include "host/graph/comfy/editor_links.hpp"
#include "host/graph/comfy/editor_widgets.hpp"
#include "host/graph/comfy/everywhere.hpp"
#include "host/graph/comfy/power_lora.hpp"

#include <algorithm>
#include <unordered_map>

namespace ksampler {
namespace {

// What the editor knows of where a node's type comes from.
std::string pack_of(const EditorNode& node) {
  if (node.properties == nullptr) return {};
  const std::string pack = text_at(*node.properties, "cnr_id");
  return pack.empty() ? text_at(*node.properties, "aux_id") : pack;
}

using Declarations = std::unordered_map<std::string, const NodeDecl*>;

// Gives the values of a graph's nodes their names.
void name_values(EditorGraph& graph, const Declarations& declarations) {
  for (EditorNode& node : graph.nodes) {
    if (const auto decl = declarations.find(node.type); decl != declarations.end()) {
      node.values = widget_values(*decl->second, node.widgets);
      continue;
    }
    std::vector<std::string> fields;
    for (const EditorInput& input : node.inputs) {
      if (!input.widget.empty()) fields.push_back(input.widget);
    }
    node.values = listed_values(fields, node.widgets);
  }
}

class Flattener {
 public:
  Flattener(const EditorScope& root, const Declarations& declarations)
      : decls_(declarations), broadcasts_(root) {}

  WorkflowNodes result;

  void flatten(const EditorScope& scope) {
    std::size_t row = 0;  // of a group node: its values, in a row for all that is in it
    for (const EditorNode& node : scope.graph->nodes) {
      const YamlPtr values = scope.is_group ? part_of_row(scope, node, row) : node.widgets;
      if (node.mode != EditorMode::runs || is_of_editor_alone(node.type) || is_everywhere(node.type))
        continue;
      if (const EditorScope* child = scope.child(node)) {
        flatten(*child);
      } else {
        add(scope, node, values);
      }
    }
  }

 private:
  // The instance of a group node has the values of the nodes in it one after the other.
  static YamlPtr part_of_row(const EditorScope& scope, const EditorNode& node, std::size_t& row) {
    const YamlPtr& all = scope.instance->widgets;
    const std::size_t count = node.widgets == nullptr ? 0 : node.widgets->items.size();
    if (all == nullptr || count == 0 || row + count > all->items.size()) return node.widgets;
    auto part = std::make_shared<YamlNode>(*node.widgets);
    const auto begin = all->items.begin() + static_cast<std::ptrdiff_t>(row);
    part->items.assign(begin, begin + static_cast<std::ptrdiff_t>(count));
    row += count;
    return part;
  }

  void add(const EditorScope& scope, const EditorNode& node, const YamlPtr& values) {
    const std::string id = scope.prefix + node.id;
    auto made = workflow_node(node.type, node.place, node.place);
    const auto decl = decls_.find(node.type);
    if (decl == decls_.end()) {
      for (const EditorInput& input : node.inputs) {
        if (const YamlPtr value = linked(scope, node, input.link);
            value != nullptr && value->slot >= 0) {
          made->entries.push_back({input.name, node.place, value});
        }
      }
      if (is_power_lora(node.type)) add_power_lora_rows(values, *made);
    } else {
      add_inputs(scope, node, *decl->second, values, *made);
    }
    if (const std::string pack = pack_of(node); !pack.empty()) result.packs[id] = pack;
    if (!node.title.empty() && node.title != node.type) result.titles[id] = node.title;
    result.nodes.push_back({id, node.place, std::move(made)});
  }

  void add_inputs(const EditorScope& scope, const EditorNode& node, const NodeDecl& decl,
                  const YamlPtr& row, YamlNode& made) const {
    const std::map<std::string, YamlPtr> values = widget_values(decl, row);
    for (const InputDecl& input : decl.inputs) {
      const auto socket = std::ranges::find(node.inputs, input.name, &EditorInput::name);
      YamlPtr value = socket == node.inputs.end() ? nullptr : linked(scope, node, socket->link);
      if (value == nullptr) value = sent(node, input, socket != node.inputs.end());
      if (value == nullptr && values.contains(input.name)) value = values.at(input.name);
      if (value == nullptr || value->kind == YamlNode::Kind::null) continue;
      made.entries.push_back({input.name, node.place, std::move(value)});
    }
  }

  // What a link brings, as the value of an input; null: nothing.
  static YamlPtr linked(const EditorScope& scope, const EditorNode& node, const std::string& link) {
    return value_of(source_of(scope, link), node);
  }

  static YamlPtr value_of(const EditorSource& source, const EditorNode& node) {
    if (const auto* output = std::get_if<EditorOutput>(&source)) {
      return slot_link(output->node, static_cast<int>(output->slot), node.place);
    }
    const auto* value = std::get_if<YamlPtr>(&source);
    return value == nullptr ? nullptr : *value;
  }

  // What is sent to all open inputs of its kind.
  YamlPtr sent(const EditorNode& node, const InputDecl& input, bool is_open) const {
    if (input.kind == InputKind::link && !input.optional) {
      return value_of(broadcasts_.to(input.type, input.name, node.title), node);
    }
    if (input.kind == InputKind::seed && is_open)
      return value_of(broadcasts_.to("INT", input.name, node.title), node);
    return nullptr;
  }

  const Declarations& decls_;
  Broadcasts broadcasts_;
};

}  // namespace

bool is_editor_form(const YamlNode& root) {
  const YamlNode* nodes = value_at(root, "nodes");
  return nodes != nullptr && nodes->kind == YamlNode::Kind::list && value_at(root, "links") != nullptr;
}

WorkflowNodes editor_nodes(const YamlNode& root, const std::vector<NodeDecl>& declarations,
                           const std::string& file) {
  EditorFile read = read_editor_file(root);
  Declarations by_type;
  for (const NodeDecl& decl : declarations) by_type.emplace(decl.type, &decl);
  name_values(read.root, by_type);
  for (auto& [type, graph] : read.subgraphs) name_values(graph, by_type);
  const std::unique_ptr<EditorScope> scopes = editor_scopes(read, file);
  Flattener flattener(*scopes, by_type);
  flattener.flatten(*scopes);
  flattener.result.notes = std::move(read.notes);
  return std::move(flattener.result);
}

}  // namespace ksampler
