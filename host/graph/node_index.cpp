#include "host/graph/node_index.hpp"

#include "host/base/text.hpp"
#include "host/graph/literal_reader.hpp"

namespace ksampler {
namespace {

std::optional<std::size_t> found_in(const std::unordered_map<std::string, std::size_t>& map,
                                    const std::string& name) {
  const auto at = map.find(name);
  return at == map.end() ? std::nullopt : std::optional(at->second);
}

// What a node calls its value, where it says so in a way that is read.
const YamlNode* given_name(const Node& node, const YamlNode& body) {
  if (node.decl == nullptr) return nullptr;
  for (const InputDecl& input : node.decl->inputs) {
    if (input.kind != InputKind::value_name) continue;
    const YamlEntry* entry = body.find(input.name);
    const bool is_name = entry != nullptr && entry->value->kind == YamlNode::Kind::scalar &&
                         !entry->value->text.empty() && !is_link(*entry->value);
    if (is_name) return entry->value.get();
  }
  return nullptr;
}

}  // namespace

LinkText parse_link(const YamlNode& value) {
  if (value.slot >= 0) return {value.text, "", false, value.slot};
  const std::string path = value.text.substr(1);
  const std::size_t dot = path.find('.');
  const bool named = dot != std::string::npos;
  return {path.substr(0, dot), named ? path.substr(dot + 1) : "", named};
}

NodeIndex::NodeIndex(const std::vector<Node>& nodes, const std::vector<YamlEntry>& bodies,
                     std::vector<Diagnostic>& diagnostics) {
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    node_of_.emplace(nodes[i].name, i);
    nodes_.push_back(nodes[i].name);
    const YamlNode* value = given_name(nodes[i], *bodies[i].value);
    if (value == nullptr) continue;
    const std::string name = plain_text(*value);
    const auto [first, added] = giver_of_.emplace(name, i);
    if (added) {
      values_.push_back(name);
    } else {
      diagnostics.push_back(
          {value->place,
           sentence("node {} calls its value {}, as node {} does already; a name is given once",
                    quote(nodes[i].name), quote(name), quote(nodes[first->second].name)),
           Diagnostic::Kind::syntax, nodes[i].name});
    }
  }
}

std::optional<std::size_t> NodeIndex::node(const std::string& name) const {
  return found_in(node_of_, name);
}

std::optional<std::size_t> NodeIndex::giver(const std::string& name) const {
  return found_in(giver_of_, name);
}

}  // namespace ksampler
