// The nodes of a file by name, and the names that nodes give to values.
#ifndef KSAMPLER_GRAPH_NODE_INDEX_HPP
#define KSAMPLER_GRAPH_NODE_INDEX_HPP

#include "host/graph/pipeline.hpp"
#include "host/graph/yaml_tree.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ksampler {

// "$node" or "$node.output", taken apart.
struct LinkText {
  std::string node;
  std::string output;
  bool names_output;
  int slot = -1;  // in place of a name, where not below 0
};

LinkText parse_link(const YamlNode& value);

class NodeIndex {
 public:
  // `bodies` is what the file says of each of `nodes`. Reports names of values that two nodes give.
  NodeIndex(const std::vector<Node>& nodes, const std::vector<YamlEntry>& bodies,
            std::vector<Diagnostic>& diagnostics);

  std::optional<std::size_t> node(const std::string& name) const;
  // The node that gives `name` to its first output.
  std::optional<std::size_t> giver(const std::string& name) const;

  const std::vector<std::string>& nodes() const { return nodes_; }
  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> nodes_;   // names
  std::vector<std::string> values_;  // names
  std::unordered_map<std::string, std::size_t> node_of_;
  std::unordered_map<std::string, std::size_t> giver_of_;
};

}  // namespace ksampler

#endif
