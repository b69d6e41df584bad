// "--set node.input=value": one input of a pipeline, from the command line.
#include "host/graph/document.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

YamlPtr text_node(const Setting& setting, const std::string& file) {
  auto node = std::make_shared<YamlNode>();
  node->kind = YamlNode::Kind::scalar;
  node->place = {file};
  node->text = setting.value;
  node->quoted = setting.value.empty();
  node->typed = setting.value;
  node->typed_here = !setting.recorded;
  return node;
}

// The value as YAML, or as the text that it is where that is no YAML.
YamlPtr value_of(const Setting& setting, const std::string& file) {
  std::vector<Diagnostic> errors;
  const YamlPtr parsed = parse_yaml(setting.value, file, errors, /*lines=*/false);
  if (parsed == nullptr || !errors.empty() || setting.value.empty()) return text_node(setting, file);
  auto node = std::make_shared<YamlNode>(*parsed);
  node->typed = setting.value;
  node->typed_here = !setting.recorded;
  return node;
}

YamlPtr with_entry(const YamlNode& body, const YamlEntry& entry) {
  auto changed = std::make_shared<YamlNode>(body);
  const auto at = std::find_if(changed->entries.begin(), changed->entries.end(),
                               [&](const YamlEntry& each) { return each.key == entry.key; });
  if (at == changed->entries.end()) {
    changed->entries.push_back(entry);
  } else {
    *at = entry;
  }
  return changed;
}

// By its name; in a workflow, where names are numbers, also by its title, where that is one node's.
std::vector<YamlEntry>::iterator node_called(Document& document, const std::string& name) {
  const auto at = std::ranges::find(document.nodes, name, &YamlEntry::key);
  if (at != document.nodes.end()) return at;
  const auto is_titled = [&](const YamlEntry& node) {
    const auto title = document.titles.find(node.key);
    return title != document.titles.end() && title->second == name;
  };
  const auto titled = std::ranges::find_if(document.nodes, is_titled);
  return std::ranges::count_if(document.nodes, is_titled) == 1 ? titled : document.nodes.end();
}

// "6, 7"; empty where no node has that title.
std::string names_of_title(const Document& document, const std::string& wanted) {
  std::string names;
  for (const auto& [name, title] : document.titles) {
    if (title == wanted) names += (names.empty() ? "" : ", ") + printable(name, 40);
  }
  return names;
}

// What nodes are called: of a workflow "3 (KSampler)", as a number alone tells nothing.
std::vector<std::string> called(const Document& document) {
  std::vector<std::string> names;
  for (const YamlEntry& node : document.nodes) {
    const auto title = document.titles.find(node.key);
    const YamlEntry* type = node.value->find("type");
    const bool is_number = document.workflow.form != WorkflowForm::none && type != nullptr;
    const std::string what = !is_number                       ? ""
                             : title == document.titles.end() ? type->value->text
                                                              : title->second;
    names.push_back(what.empty() ? node.key : sentence("{} ({})", node.key, printable(what, 40)));
  }
  return names;
}

}  // namespace

Setting parse_setting(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t dot = text.find('.');
  const bool complete = equals != std::string::npos && dot < equals && dot > 0 && dot + 1 < equals;
  if (!complete) {
    throw Error(Diagnostic::Kind::syntax, Place{"--set " + text},
                "it takes node.input=value, such as base.steps=30");
  }
  return {text.substr(0, dot), text.substr(dot + 1, equals - dot - 1), text.substr(equals + 1), text,
          /*recorded=*/false};
}

std::string settings_text(const std::vector<std::string>& settings) {
  std::string text;
  for (const std::string& setting : settings) {
    for (const char c : setting) {
      text += c == '\n' ? "\\n" : c == '\\' ? "\\\\" : std::string(1, c);
    }
    text += '\n';
  }
  return text;
}

std::vector<std::string> settings_in(const std::string& text) {
  std::vector<std::string> settings;
  std::string setting;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') {
      settings.push_back(std::exchange(setting, {}));
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
      setting += text[i] == 'n' ? '\n' : text[i];
    } else {
      setting += text[i];
    }
  }
  return settings;
}

void apply_settings(Document& document, const std::vector<Setting>& settings,
                    std::vector<Diagnostic>& diagnostics) {
  for (const Setting& setting : settings) {
    const Place place{"--set " + setting.text};
    const auto at = node_called(document, setting.node);
    if (at == document.nodes.end()) {
      const std::string several = names_of_title(document, setting.node);
      diagnostics.push_back(
          {place,
           several.empty() ? sentence("there is no node {}{}", quote(setting.node),
                                      suggestion(setting.node, called(document)))
                           : sentence("several nodes are called {}: {}", quote(setting.node), several),
           Diagnostic::Kind::bad_link, setting.node, setting.input});
      continue;
    }
    if (setting.input == "type") {
      diagnostics.push_back({place, "the type of a node cannot be set, only its inputs",
                             Diagnostic::Kind::unknown_input, setting.node, setting.input});
      continue;
    }
    YamlEntry& node = *at;
    if (node.value->kind != YamlNode::Kind::map) continue;  // which is reported anyway
    node.value = with_entry(*node.value, {setting.input, place, value_of(setting, place.file)});
  }
}

}  // namespace ksampler
