#include "host/graph/comfy/workflow.hpp"

#include "host/base/sentence.hpp"
#include "host/graph/comfy/api_form.hpp"
#include "host/graph/comfy/editor_form.hpp"
#include "host/graph/comfy/json_tree.hpp"
#include "host/graph/comfy/power_lora.hpp"

#include <set>

namespace ksampler {
namespace {

constexpr int kMostWrappers = 4;

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// What is inside of a wrapper; null: it is none.
YamlPtr unwrapped(const YamlPtr& root, const std::string& file) {
  if (root->kind == YamlNode::Kind::scalar && root->quoted && may_be_workflow(root->text)) {
    return json_tree(root->text, file);
  }
  for (const char* key : {"prompt", "workflow", "input"}) {
    const YamlEntry* entry = root->find(key);
    if (entry == nullptr) continue;
    const YamlNode& value = *entry->value;
    if (value.kind == YamlNode::Kind::map && value.find("class_type") == nullptr) return entry->value;
    if (value.kind == YamlNode::Kind::scalar && may_be_workflow(value.text))
      return json_tree(value.text, file);
  }
  return nullptr;
}

// The editor, too, gives the second of two nodes of one id another; links are the first's.
void name_apart(std::vector<YamlEntry>& nodes) {
  std::set<std::string> taken;
  for (const YamlEntry& node : nodes) taken.insert(node.key);
  if (taken.size() == nodes.size()) return;
  std::map<std::string, std::size_t> next;
  for (YamlEntry& node : nodes) {
    const auto [number, is_first] = next.try_emplace(node.key, 2);
    if (is_first) continue;
    std::string name;
    do {
      name = node.key + "_" + std::to_string(number->second++);
    } while (!taken.insert(name).second);
    node.key = std::move(name);
  }
}

}  // namespace

bool may_be_workflow(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string_view::npos || (text[first] != '{' && text[first] != '"')) return false;
  return holds(text, "class_type") || (holds(text, "\"nodes\"") && holds(text, "\"links\"")) ||
         (holds(text, "\\\"nodes\\\"") && holds(text, "\\\"links\\\""));
}

Workflow read_workflow(std::string_view text, const std::string& file) {
  YamlPtr root = json_tree(text, file);
  for (int i = 0; i < kMostWrappers && root != nullptr; ++i) {
    if (is_api_form(*root)) return {WorkflowForm::api, root};
    if (is_editor_form(*root)) return {WorkflowForm::editor, root};
    root = unwrapped(root, file);
  }
  return {};
}

WorkflowNodes workflow_nodes(const Workflow& workflow, const std::vector<NodeDecl>& declarations,
                             const std::string& file) {
  WorkflowNodes nodes = workflow.form == WorkflowForm::api
                            ? api_nodes(*workflow.root)
                            : editor_nodes(*workflow.root, declarations, file);
  take_power_loras_apart(nodes);
  name_apart(nodes.nodes);
  return nodes;
}

}  // namespace ksampler
