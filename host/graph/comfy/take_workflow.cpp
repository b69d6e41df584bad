#include "host/graph/comfy/take_workflow.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/comfy/plain_values.hpp"

#include <algorithm>
#include <unordered_map>

namespace ksampler {
namespace {

std::string type_of(const YamlEntry& node) {
  const YamlEntry* type = node.value->find("type");
  return type == nullptr ? std::string() : type->value->text;
}

// By index: whether a known output needs it.
std::vector<bool> needed(const std::vector<YamlEntry>& nodes,
                         const std::unordered_map<std::string, const NodeDecl*>& decls) {
  std::unordered_map<std::string, std::size_t> index;
  std::vector<std::size_t> open;
  std::vector<bool> needed(nodes.size(), false);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    index.emplace(nodes[i].key, i);
    const auto decl = decls.find(type_of(nodes[i]));
    if (decl == decls.end() || !decl->second->is_output) continue;
    needed[i] = true;
    open.push_back(i);
  }
  while (!open.empty()) {
    const YamlNode& body = *nodes[open.back()].value;
    open.pop_back();
    for (const YamlEntry& input : body.entries) {
      const auto at = input.value->slot >= 0 ? index.find(input.value->text) : index.end();
      if (at == index.end() || needed[at->second]) continue;
      needed[at->second] = true;
      open.push_back(at->second);
    }
  }
  return needed;
}

}  // namespace

std::vector<std::string> take_workflow(Document& document, const std::vector<NodeDecl>& declarations,
                                       std::vector<Diagnostic>& notes) {
  WorkflowNodes read = workflow_nodes(document.workflow, declarations, document.file);
  document.titles = std::move(read.titles);
  document.packs = std::move(read.packs);
  std::unordered_map<std::string, const NodeDecl*> decls;
  for (const NodeDecl& decl : declarations) decls.emplace(decl.type, &decl);
  give_plain_values_nodes(read, decls);
  const std::vector<bool> keep = needed(read.nodes, decls);
  const bool writes = std::ranges::find(keep, true) != keep.end();
  for (std::size_t i = 0; i < read.nodes.size(); ++i) {
    YamlEntry& node = read.nodes[i];
    if (keep[i] || !writes) {
      document.nodes.push_back(std::move(node));
    } else if (const std::string type = type_of(node); !decls.contains(type)) {
      notes.push_back(
          {node.place,
           sentence("node {} ({}) is left out: there is no such node type here, and nothing that "
                    "is written needs it",
                    quote(node.key), printable(type, 60)),
           Diagnostic::Kind::unknown_type, node.key});
    }
  }
  return std::move(read.notes);
}

}  // namespace ksampler
