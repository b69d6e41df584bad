#include "host/graph/comfy/editor_graph.hpp"

#include "host/graph/scalar.hpp"

#include <algorithm>
#include <set>

namespace ksampler {
namespace {

std::size_t slot_in(const YamlNode* value) {
  std::int64_t slot = 0;
  if (value == nullptr || parse_integer(value->text, slot) != Parsed::fine || slot < 0) return 0;
  return static_cast<std::size_t>(std::min(slot, kMostSlots));
}

std::string text_of(const YamlNode* value) {
  return value != nullptr && value->kind == YamlNode::Kind::scalar ? value->text : std::string();
}

// [id, from, slot, to, slot, type], or an object with names.
void read_link(const YamlNode& value, EditorGraph& graph) {
  if (value.kind == YamlNode::Kind::list && value.items.size() >= 5) {
    const auto item = [&](std::size_t i) { return value.items[i].get(); };
    graph.links[text_of(item(0))] = {text_of(item(1)), slot_in(item(2)), text_of(item(3)),
                                     slot_in(item(4)),
                                     value.items.size() > 5 ? text_of(item(5)) : std::string()};
  } else if (value.kind == YamlNode::Kind::map) {
    graph.links[text_at(value, "id")] = {
        text_at(value, "origin_id"), slot_in(value_at(value, "origin_slot")),
        text_at(value, "target_id"), slot_in(value_at(value, "target_slot")), text_at(value, "type")};
  }
}

std::vector<std::string> names_in(const YamlNode* list) {
  std::vector<std::string> names;
  if (list == nullptr) return names;
  for (const YamlPtr& item : list->items) names.push_back(text_at(*item, "name"));
  return names;
}

std::vector<std::vector<std::string>> links_in(const YamlNode* list) {
  std::vector<std::vector<std::string>> links;
  if (list == nullptr) return links;
  for (const YamlPtr& item : list->items) {
    links.emplace_back();
    const YamlNode* ids = value_at(*item, "linkIds");
    if (ids == nullptr) continue;
    for (const YamlPtr& id : ids->items) links.back().push_back(text_of(id.get()));
  }
  return links;
}

bool is_note(const std::string& type) { return type == "Note" || type == "MarkdownNote"; }

void read_notes(const EditorGraph& graph, std::vector<std::string>& notes) {
  for (const EditorNode& node : graph.nodes) {
    if (!is_note(node.type) || node.widgets == nullptr) continue;
    for (const YamlPtr& value : node.widgets->items) {
      if (value->kind == YamlNode::Kind::scalar && value->quoted && !value->text.empty())
        notes.push_back(value->text);
    }
  }
}

}  // namespace

const YamlNode* value_at(const YamlNode& map, const char* key) {
  const YamlEntry* entry = map.find(key);
  return entry == nullptr ? nullptr : entry->value.get();
}

std::string text_at(const YamlNode& map, const char* key) { return text_of(value_at(map, key)); }

const EditorNode* EditorGraph::find(const std::string& id) const {
  const auto at = node_of.find(id);
  return at == node_of.end() ? nullptr : &nodes[at->second];
}

void EditorGraph::add(EditorNode node) {
  node_of.emplace(node.id, nodes.size());
  nodes.push_back(std::move(node));
}

EditorNode read_editor_node(const YamlNode& map) {
  EditorNode node;
  node.id = text_at(map, "id");
  node.type = text_at(map, "type");
  node.title = text_at(map, "title");
  node.place = map.place;
  node.mode = editor_mode(text_at(map, "mode"));
  if (const YamlNode* inputs = value_at(map, "inputs")) {
    for (const YamlPtr& each : inputs->items) {
      EditorInput input{text_at(*each, "name"), text_at(*each, "type"), text_at(*each, "link"), {}};
      if (const YamlNode* widget = value_at(*each, "widget")) input.widget = text_at(*widget, "name");
      node.inputs.push_back(std::move(input));
    }
  }
  if (const YamlNode* outputs = value_at(map, "outputs")) {
    for (const YamlPtr& each : outputs->items) node.output_types.push_back(text_at(*each, "type"));
  }
  if (const YamlEntry* values = map.find("widgets_values")) node.widgets = values->value;
  if (const YamlEntry* properties = map.find("properties")) node.properties = properties->value;
  return node;
}

EditorGraph read_editor_graph(const YamlNode& map) {
  EditorGraph graph;
  if (const YamlNode* nodes = value_at(map, "nodes")) {
    for (const YamlPtr& each : nodes->items) {
      if (each->kind == YamlNode::Kind::map) graph.add(read_editor_node(*each));
    }
  }
  if (const YamlNode* links = value_at(map, "links")) {
    for (const YamlPtr& each : links->items) read_link(*each, graph);
  }
  graph.inputs = names_in(value_at(map, "inputs"));
  graph.input_links = links_in(value_at(map, "inputs"));
  graph.outputs = names_in(value_at(map, "outputs"));
  return graph;
}

EditorGraph read_group_node(const YamlNode& definition) {
  EditorGraph graph = read_editor_graph(definition);
  graph.inputs.clear();
  graph.input_links.clear();
  graph.outputs.clear();
  graph.links.clear();
  // Ids are places in the list; each link is [from, slot, to, slot, type, ...].
  graph.node_of.clear();
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    graph.nodes[i].id = std::to_string(i);
    graph.node_of.emplace(graph.nodes[i].id, i);
    for (EditorInput& input : graph.nodes[i].inputs) input.link.clear();
  }
  std::set<std::pair<std::string, std::size_t>> used;  // outputs that a node inside takes
  std::size_t next = 0;
  const auto link = [&](EditorLink made) {
    const std::string id = std::to_string(next++);
    if (const auto to = graph.node_of.find(made.to); to != graph.node_of.end()) {
      auto& inputs = graph.nodes[to->second].inputs;
      if (made.to_slot < inputs.size()) inputs[made.to_slot].link = id;
    }
    graph.links.emplace(id, std::move(made));
  };
  if (const YamlNode* links = value_at(definition, "links")) {
    for (const YamlPtr& each : links->items) {
      if (each->items.size() < 4) continue;
      EditorLink inner{text_of(each->items[0].get()), slot_in(each->items[1].get()),
                       text_of(each->items[2].get()), slot_in(each->items[3].get()),
                       each->items.size() > 4 ? text_of(each->items[4].get()) : ""};
      used.emplace(inner.from, inner.from_slot);
      link(std::move(inner));
    }
  }
  if (const YamlNode* external = value_at(definition, "external")) {
    for (const YamlPtr& each : external->items) {
      if (each->items.size() >= 2)
        used.erase({text_of(each->items[0].get()), slot_in(each->items[1].get())});
    }
  }
  for (const EditorNode& node : std::vector<EditorNode>(graph.nodes)) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
      if (!node.inputs[i].link.empty() || !node.inputs[i].widget.empty()) continue;
      link({kInputBox, graph.inputs.size(), node.id, i, node.inputs[i].type});
      graph.inputs.push_back(node.inputs[i].name);
    }
    for (std::size_t i = 0; i < node.output_types.size(); ++i) {
      if (used.contains({node.id, i})) continue;
      link({node.id, i, kOutputBox, graph.outputs.size(), node.output_types[i]});
      graph.outputs.push_back(node.output_types[i]);
    }
  }
  return graph;
}

EditorFile read_editor_file(const YamlNode& root) {
  EditorFile file;
  file.root = read_editor_graph(root);
  if (const YamlNode* definitions = value_at(root, "definitions")) {
    if (const YamlNode* subgraphs = value_at(*definitions, "subgraphs")) {
      for (const YamlPtr& each : subgraphs->items) {
        if (each->kind == YamlNode::Kind::map)
          file.subgraphs[text_at(*each, "id")] = read_editor_graph(*each);
      }
    }
  }
  if (const YamlNode* extra = value_at(root, "extra")) {
    if (const YamlNode* groups = value_at(*extra, "groupNodes")) {
      for (const YamlEntry& each : groups->entries) {
        const EditorGraph graph = read_group_node(*each.value);
        file.subgraphs["workflow/" + each.key] = graph;
        file.subgraphs["workflow>" + each.key] = graph;
      }
    }
  }
  read_notes(file.root, file.notes);
  for (const auto& [type, graph] : file.subgraphs) read_notes(graph, file.notes);
  return file;
}

}  // namespace ksampler
