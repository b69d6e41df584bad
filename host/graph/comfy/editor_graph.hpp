// A workflow as ComfyUI's editor saves it: boxes and cables, with subgraphs and group nodes, before any
// of it is known to mean something.
#ifndef KSAMPLER_GRAPH_COMFY_EDITOR_GRAPH_HPP
#define KSAMPLER_GRAPH_COMFY_EDITOR_GRAPH_HPP

#include "host/graph/comfy/muted_and_bypassed.hpp"
#include "host/graph/yaml_tree.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

struct EditorNode {
  std::string id;
  std::string type;
  std::string title;  // empty: none of its own
  Place place;
  EditorMode mode = EditorMode::runs;
  std::vector<EditorInput> inputs;
  std::vector<std::string> output_types;
  YamlPtr widgets;                        // the values: a list, a map, or null
  std::map<std::string, YamlPtr> values;  // the same by name, where names are known
  YamlPtr properties;                     // a map, or null
};

struct EditorLink {
  std::string from;  // the id of a node
  std::size_t from_slot = 0;
  std::string to;
  std::size_t to_slot = 0;
  std::string type;
};

inline constexpr std::int64_t kMostSlots = 4096;  // of a node

// The boxes at the edges of a subgraph, as nodes that links name.
inline constexpr const char* kInputBox = "-10";
inline constexpr const char* kOutputBox = "-20";

struct EditorGraph {
  std::vector<EditorNode> nodes;               // in the file's order
  std::map<std::string, std::size_t> node_of;  // by id
  std::map<std::string, EditorLink> links;     // by id
  // Of a subgraph: what goes in and out, by name.
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::vector<std::vector<std::string>> input_links;  // of each input: those that it goes to, in order

  const EditorNode* find(const std::string& id) const;
  void add(EditorNode node);
};

struct EditorFile {
  EditorGraph root;
  std::map<std::string, EditorGraph> subgraphs;  // by the type that their instances have
  std::vector<std::string> notes;                // what notes say, in the file's order
};

// Reads what is there: of what has another form than it should, nothing. `root` is a map.
EditorFile read_editor_file(const YamlNode& root);

// Reads a graph, its nodes and its links.
EditorGraph read_editor_graph(const YamlNode& map);
EditorNode read_editor_node(const YamlNode& map);

// A group node's definition as a subgraph: its instances' inputs and values go to the nodes in it in
// turn (extra.groupNodes[NAME]).
EditorGraph read_group_node(const YamlNode& definition);

// The scalar under `key`, or empty.
std::string text_at(const YamlNode& map, const char* key);
// The value under `key` of a map, or null.
const YamlNode* value_at(const YamlNode& map, const char* key);

}  // namespace ksampler

#endif
