// Nodes of cg-use-everywhere: they send what they are given to every open input that takes it, without
// a cable.
#ifndef KSAMPLER_GRAPH_COMFY_EVERYWHERE_HPP
#define KSAMPLER_GRAPH_COMFY_EVERYWHERE_HPP

#include "host/graph/comfy/editor_links.hpp"
#include "host/graph/comfy/name_pattern.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ksampler {

bool is_everywhere(const std::string& type);

class Broadcasts {
 public:
  // Of all nodes of that kind in a graph and in the subgraphs of it.
  explicit Broadcasts(const EditorScope& root);

  // What an open input of this type and name is sent; nothing: none.
  EditorSource to(const std::string& type, const std::string& input, const std::string& title) const;

 private:
  struct Sent {
    std::string type;
    NamePattern input_pattern;  // of the input's name
    NamePattern title_pattern;  // of the node's title
    EditorSource source;
  };
  void add(const EditorScope& scope, const EditorNode& node);

  std::vector<Sent> sent_;
};

}  // namespace ksampler

#endif
