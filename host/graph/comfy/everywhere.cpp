#include "host/graph/comfy/everywhere.hpp"

#include <algorithm>

namespace ksampler {
namespace {

std::string widget_text(const EditorNode& node, std::size_t at) {
  return node.widgets != nullptr && at < node.widgets->items.size() ? node.widgets->items[at]->text
                                                                    : "";
}

}  // namespace

bool is_everywhere(const std::string& type) {
  return type == "Anything Everywhere" || type == "Anything Everywhere3" ||
         type == "Anything Everywhere?" || type == "Prompts Everywhere" || type == "Seed Everywhere";
}

Broadcasts::Broadcasts(const EditorScope& root) {
  for (const EditorNode& node : root.graph->nodes) {
    if (node.mode == EditorMode::runs && is_everywhere(node.type)) add(root, node);
  }
  for (const auto& child : root.children) {
    const Broadcasts inner(*child);
    sent_.insert(sent_.end(), inner.sent_.begin(), inner.sent_.end());
  }
}

void Broadcasts::add(const EditorScope& scope, const EditorNode& node) {
  if (node.type == "Seed Everywhere") {
    if (node.widgets == nullptr || node.widgets->items.empty()) return;
    sent_.push_back({"INT", NamePattern("^(noise_)?seed$"), {}, node.widgets->items.front()});
    return;
  }
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const auto link = scope.graph->links.find(node.inputs[i].link);
    if (node.inputs[i].link.empty() || link == scope.graph->links.end()) continue;
    const EditorSource source = source_of(scope, node.inputs[i].link);
    if (std::holds_alternative<std::monostate>(source)) continue;
    Sent sent{link->second.type, {}, {}, source};
    if (node.type == "Prompts Everywhere")
      sent.input_pattern = NamePattern(i == 0 ? "^(positive|prompt)$" : "^(negative|neg)$");
    if (node.type == "Anything Everywhere?") {
      sent.title_pattern = NamePattern(widget_text(node, 0));
      sent.input_pattern = NamePattern(widget_text(node, 1));
    }
    sent_.push_back(std::move(sent));
  }
}

EditorSource Broadcasts::to(const std::string& type, const std::string& input,
                            const std::string& title) const {
  const auto at = std::ranges::find_if(sent_, [&](const Sent& sent) {
    return sent.type == type && sent.input_pattern.fits(input) && sent.title_pattern.fits(title);
  });
  return at == sent_.end() ? EditorSource() : at->source;
}

}  // namespace ksampler
