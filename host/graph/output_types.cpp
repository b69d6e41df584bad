#include "host/graph/output_types.hpp"

#include "host/graph/literal_reader.hpp"

namespace ksampler {

// The output that a node's link of any type (of several that may be left out, the first), or its named
// value, is.
std::optional<Link> OutputTypes::passed_on(std::size_t node) const {
  for (const InputDecl& input : nodes_[node].decl->inputs) {
    const bool by_name = input.kind == InputKind::named_value;
    if (!by_name && (input.kind != InputKind::link || input.type != kAnyType)) continue;
    const YamlEntry* entry = bodies_[node].value->find(input.name);
    if (entry == nullptr && input.optional) continue;
    if (entry == nullptr || is_link(*entry->value) == by_name) return std::nullopt;
    const LinkText link = by_name ? LinkText{} : parse_link(*entry->value);
    const auto source = by_name ? index_.giver(plain_text(*entry->value)) : index_.node(link.node);
    if (!source || nodes_[*source].decl == nullptr) return std::nullopt;
    const std::vector<OutputDecl>& outputs = nodes_[*source].decl->outputs;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      if (!link.names_output || outputs[i].name == link.output) return Link{*source, i};
    }
  }
  return std::nullopt;
}

const std::string& OutputTypes::of(std::size_t node, std::size_t output) const {
  const std::string& declared = nodes_[node].decl->outputs[output].type;
  if (declared != kAnyType) return declared;
  // Along the nodes that pass it on, marking each as not known: so that a circle ends at its begin.
  std::vector<std::size_t> path;
  std::string type = kAnyType;
  for (std::size_t at = node;;) {
    const auto [known, is_new] = known_.emplace(at, kAnyType);
    if (!is_new) {
      type = known->second;
      break;
    }
    path.push_back(at);
    const auto source = passed_on(at);
    if (!source) break;
    type = nodes_[source->node].decl->outputs[source->output].type;
    if (type != kAnyType) break;
    at = source->node;
  }
  for (const std::size_t each : path) known_[each] = type;
  return known_.at(node);
}

}  // namespace ksampler
