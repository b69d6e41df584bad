// Where a cable of the editor comes from, through all that only the editor knows: reroutes, muted and
// bypassed nodes, primitives, names (Set and Get), and the edges of subgraphs.
#ifndef KSAMPLER_GRAPH_COMFY_EDITOR_LINKS_HPP
#define KSAMPLER_GRAPH_COMFY_EDITOR_LINKS_HPP

#include "host/graph/comfy/editor_graph.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ksampler {

// A graph at its place: the file's own, or a subgraph in one of its instances.
struct EditorScope {
  const EditorGraph* graph = nullptr;
  const EditorScope* parent = nullptr;
  const EditorNode* instance = nullptr;  // in the parent
  std::string prefix;                    // of the ids of what is in it: "57:"
  bool is_group = false;                 // of a group node: inputs belong to it by place, not by name
  std::vector<std::unique_ptr<EditorScope>> children;

  const EditorScope* child(const EditorNode& node) const;
};

// An output of a node that is run, by its id in the flat graph.
struct EditorOutput {
  std::string node;
  std::size_t slot = 0;
};

// An output, a value that stands for one, or nothing.
using EditorSource = std::variant<std::monostate, EditorOutput, YamlPtr>;

// The file's graph and those of all instances in it. Throws Error where they hold each other, or are
// more than 10,000 nodes.
std::unique_ptr<EditorScope> editor_scopes(const EditorFile& file, const std::string& name);

// Whether a node exists for the editor alone: a note, a knot, a name.
bool is_of_editor_alone(const std::string& type);

// What a link brings.
EditorSource source_of(const EditorScope& scope, const std::string& link);
// What an output of a node gives.
EditorSource source_at(const EditorScope& scope, const std::string& node, std::size_t slot);

}  // namespace ksampler

#endif
