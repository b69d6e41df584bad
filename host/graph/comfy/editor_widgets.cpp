#include "host/graph/comfy/editor_widgets.hpp"

#include <algorithm>

namespace ksampler {
namespace {

bool is_control(const YamlNode& value) {
  static const std::vector<std::string> words = {"fixed",     "randomize", "increment",
                                                 "decrement", "true",      "false"};
  return value.kind == YamlNode::Kind::scalar && std::ranges::find(words, value.text) != words.end();
}

const InputDecl* input_of(const NodeDecl& decl, const std::string& name) {
  const auto at = std::ranges::find(decl.inputs, name, &InputDecl::name);
  return at == decl.inputs.end() ? nullptr : &*at;
}

// Whether the editor shows it beside these values.
bool is_shown(const InputDecl& input, const std::map<std::string, YamlPtr>& values) {
  if (input.depends_on.empty()) return true;
  const auto choice = values.find(input.depends_on);
  return choice != values.end() &&
         std::ranges::find(input.shown_for, choice->second->text) != input.shown_for.end();
}

// Whether the file is older than the input, which then has no value among these: "multiple" of
// ["scale total pixels", 1.0, "area"].
bool is_newer(const InputDecl& input, const YamlNode& value) {
  const bool is_number = input.kind == InputKind::integer || input.kind == InputKind::number;
  return input.optional && !input.depends_on.empty() && is_number && value.quoted;
}

}  // namespace

std::vector<std::string> widget_names(const NodeDecl& decl) {
  std::vector<std::string> names;
  for (const bool optional : {false, true}) {  // ComfyUI has the required ones first
    for (const InputDecl& input : decl.inputs) {
      // What a choice shows stands behind it, whether it may be left out or not.
      const bool is_late = input.optional && input.depends_on.empty();
      if (has_widget(input) && is_late == optional) names.push_back(input.name);
    }
  }
  return names;
}

bool has_widget(const InputDecl& input) {
  const bool may_have_none = input.optional && input.depends_on.empty() &&
                             std::holds_alternative<std::monostate>(input.default_value);
  return input.kind != InputKind::link && !may_have_none;
}

std::map<std::string, YamlPtr> widget_values(const NodeDecl& decl, const YamlPtr& values) {
  std::map<std::string, YamlPtr> by_name;
  if (values == nullptr) return by_name;
  for (const YamlEntry& entry : values->entries) by_name[entry.key] = entry.value;
  std::size_t at = 0;
  for (const std::string& name : widget_names(decl)) {
    if (at >= values->items.size()) break;
    const InputDecl* input = input_of(decl, name);
    if (input != nullptr && (!is_shown(*input, by_name) || is_newer(*input, *values->items[at])))
      continue;
    by_name[name] = values->items[at++];
    const bool counts = input != nullptr && (input->kind == InputKind::seed || input->controlled);
    if (counts && at < values->items.size() && is_control(*values->items[at])) ++at;
  }
  return by_name;
}

std::map<std::string, YamlPtr> listed_values(const std::vector<std::string>& fields,
                                             const YamlPtr& values) {
  std::map<std::string, YamlPtr> by_name;
  if (values == nullptr) return by_name;
  for (const YamlEntry& entry : values->entries) by_name[entry.key] = entry.value;
  std::size_t at = 0;
  for (const std::string& name : fields) {
    if (at >= values->items.size()) return {};
    by_name[name] = values->items[at++];
    const bool may_be_seed = name.ends_with("seed");
    if (may_be_seed && at < values->items.size() && is_control(*values->items[at])) ++at;
  }
  return at == values->items.size() ? by_name : std::map<std::string, YamlPtr>();
}

}  // namespace ksampler
