// The types of nodes' outputs, those included that are the type of what the node passes on.
#ifndef KSAMPLER_GRAPH_OUTPUT_TYPES_HPP
#define KSAMPLER_GRAPH_OUTPUT_TYPES_HPP

#include "host/graph/node_index.hpp"

#include <string>
#include <unordered_map>
#include <vector>

namespace ksampler {

class OutputTypes {
 public:
  // All three must outlive it.
  OutputTypes(const std::vector<Node>& nodes, const std::vector<YamlEntry>& bodies,
              const NodeIndex& index)
      : nodes_(nodes), bodies_(bodies), index_(index) {}

  // kAnyType where what is passed on leads nowhere or in a circle.
  const std::string& of(std::size_t node, std::size_t output) const;

 private:
  std::optional<Link> passed_on(std::size_t node) const;

  const std::vector<Node>& nodes_;
  const std::vector<YamlEntry>& bodies_;
  const NodeIndex& index_;
  mutable std::unordered_map<std::size_t, std::string> known_;  // by node: of what it passes on
};

}  // namespace ksampler

#endif
