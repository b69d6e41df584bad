#include "host/graph/node_checker.hpp"

#include "host/base/text.hpp"
#include "host/graph/comfy/kindly_read.hpp"
#include "host/graph/link_resolver.hpp"
#include "host/graph/linked_value.hpp"
#include "host/graph/node_title.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace ksampler {
namespace {

// Of many that are wrong, looking for the nearest of each takes long.
constexpr std::size_t kMostHinted = 200;

// Letters, digits, '_', '-' and what is not ASCII: so that "$name.output" has one meaning.
bool is_name(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-' || byte >= 0x80;
  });
}

// "steps 20" and "steps:20" are keys to YAML; what to say of one that begins with one of `names`.
std::string glued_hint(const std::string& key, const std::vector<std::string>& names) {
  const std::size_t end = key.find_first_of(": ");
  if (end == std::string::npos) return "";
  const std::string name = key.substr(0, end);
  if (std::find(names.begin(), names.end(), name) == names.end()) return "";
  const std::size_t value = key.find_first_not_of(": ", end);
  return sentence("; did you mean '{}: {}'?", name,
                  value == std::string::npos ? "" : printable(key.substr(value), 40));
}

// Finds the declaration of each node.
class Declarer {
 public:
  Declarer(const std::vector<NodeDecl>& declarations, const Document& document,
           std::vector<Diagnostic>& diagnostics)
      : document_(document), diagnostics_(diagnostics) {
    for (const NodeDecl& decl : declarations) {
      types_.push_back(decl.type);
      by_type_.emplace(decl.type, &decl);
    }
  }

  Node declare(const YamlEntry& entry) const {
    if (!is_name(entry.key) && !entry.value->comfy) {
      say(entry.key, Diagnostic::Kind::syntax, entry.place,
          sentence("a node is called {}; a name takes letters, digits, '_' and '-'", quote(entry.key)));
    }
    const auto titled = document_.titles.find(entry.key);
    return {entry.key,
            find(entry),
            entry.place,
            {},
            titled == document_.titles.end() ? "" : titled->second};
  }

 private:
  // Where the type stands after all, or what types there are.
  std::string misspelt_type(const YamlNode& body) const {
    std::vector<std::string> keys;
    for (const YamlEntry& entry : body.entries) keys.push_back(entry.key);
    if (const std::string_view near = nearest("type", keys); !near.empty()) {
      return sentence("; did you mean 'type' by '{}'?", near);
    }
    for (const std::string& key : keys) {
      if (const std::string hint = glued_hint(key, {"type"}); !hint.empty()) return hint;
    }
    return known_types_hint("", types_);
  }

  const NodeDecl* find(const YamlEntry& entry) const {
    if (entry.value->kind != YamlNode::Kind::map) {
      say(entry.key, Diagnostic::Kind::syntax, entry.value->place,
          sentence("node {} is {}; it takes a map with 'type' and inputs", quote(entry.key),
                   found(*entry.value)));
      return nullptr;
    }
    const YamlEntry* type = entry.value->find("type");
    if (type == nullptr) {
      say(entry.key, Diagnostic::Kind::unknown_type, entry.place,
          sentence("node {} has no 'type'{}", quote(entry.key), misspelt_type(*entry.value)));
      return nullptr;
    }
    const std::string& name = type->value->text;  // empty where it is no scalar
    const auto at = by_type_.find(name);
    if (at != by_type_.end()) return at->second;
    say(entry.key, Diagnostic::Kind::unknown_type, type->value->place,
        sentence("the type of node {} is {}, which is no node type{}{}", quote(entry.key),
                 found(*type->value), pack_text(entry.key),
                 diagnostics_.size() < kMostHinted ? known_types_hint(name, types_) : ""));
    diagnostics_.back().what = name;
    return nullptr;
  }

  // Where it is known: what a user would have to install in ComfyUI.
  std::string pack_text(const std::string& node) const {
    const auto pack = document_.packs.find(node);
    if (pack == document_.packs.end()) return "";
    if (pack->second == "comfy-core") return " here, but one of ComfyUI itself";
    return sentence(" here, but one of the pack {}", quote(pack->second));
  }

  void say(const std::string& node, Diagnostic::Kind kind, const Place& place,
           std::string message) const {
    diagnostics_.push_back({place, std::move(message), kind, node});
  }

  std::vector<std::string> types_;
  std::unordered_map<std::string, const NodeDecl*> by_type_;
  const Document& document_;
  std::vector<Diagnostic>& diagnostics_;
};

// Reads the inputs of declared nodes.
class InputChecker {
 public:
  InputChecker(const std::vector<Node>& nodes, const Document& document, LiteralReader& literals,
               std::vector<Diagnostic>& diagnostics, std::vector<Diagnostic>& notes)
      : of_api_(document.workflow.form == WorkflowForm::api),
        literals_(literals),
        links_(nodes, document.nodes, literals, diagnostics),
        diagnostics_(diagnostics),
        notes_(notes) {}

  std::vector<InputValue> check(const Node& node, const YamlNode& body) {
    const std::vector<std::string> inputs = names_of(node.decl->inputs);
    for (const YamlEntry& entry : body.entries) {
      // A workflow may have inputs more; what somebody types is a slip.
      const bool passed_over = body.comfy && !entry.value->typed_here;
      if (entry.key == "type" || passed_over ||
          std::find(inputs.begin(), inputs.end(), entry.key) != inputs.end())
        continue;
      const std::string glued = glued_hint(entry.key, inputs);
      diagnostics_.push_back(
          about(subject_of(node.name, entry.key), Diagnostic::Kind::unknown_input, entry.place,
                sentence("{} has no input {}{}", title(node), quote(entry.key),
                         glued.empty() ? helpful_suggestion(entry.key, inputs, diagnostics_) : glued)));
    }
    std::vector<InputValue> values;
    for (const InputDecl& input : node.decl->inputs) {
      const YamlEntry* entry = body.find(input.name);
      if (entry == nullptr) {
        values.push_back(absent(node, input, of_api_ && is_required(node, input, body)));
      } else if (is_nothing(*entry->value)) {
        values.push_back(absent(node, input, false));
      } else if (entry->value->comfy) {
        values.push_back(given(node, input, kindly(node, input, *entry->value)));
      } else {
        values.push_back(given(node, input, *entry->value));
      }
    }
    links_.check_alternatives(node, values, body);
    return values;
  }

 private:
  // As ComfyUI would take it.
  YamlNode kindly(const Node& node, const InputDecl& input, const YamlNode& value) {
    std::string note;
    YamlNode read = kindly_read(value, input, note);
    if (!note.empty()) {
      notes_.push_back(about(subject_of(node.name, input.name), Diagnostic::Kind::other, value.place,
                             sentence("{}: {}", title(node), note)));
    }
    return read;
  }

  // What a workflow has in place of a value.
  static bool is_nothing(const YamlNode& value) {
    return value.comfy && !value.typed_here && value.kind == YamlNode::Kind::null;
  }

  // Whether ComfyUI takes the node only with it: of what a choice shows, with the values of the choice.
  static bool is_required(const Node& node, const InputDecl& input, const YamlNode& body) {
    if (input.optional || input.omissible) return false;
    if (input.depends_on.empty()) return true;
    const YamlEntry* given = body.find(input.depends_on);
    const auto choice = std::ranges::find(node.decl->inputs, input.depends_on, &InputDecl::name);
    const auto* usual = std::get_if<std::string>(&choice->default_value);
    const std::string& value = given != nullptr ? given->value->text : *usual;
    return std::ranges::find(input.shown_for, value) != input.shown_for.end();
  }

  // `required`: also where it has a default.
  InputValue absent(const Node& node, const InputDecl& input, bool required) {
    const bool has_default = !std::holds_alternative<std::monostate>(input.default_value);
    if (required || (!has_default && !input.optional)) {
      const char* why = has_default ? ". (In the form of ComfyUI's API nothing is left out.)" : "";
      diagnostics_.push_back(
          about(subject_of(node.name, input.name), Diagnostic::Kind::missing_input, node.place,
                sentence("{} needs '{}': {}{}{}", title(node), input.name, accepts(input),
                         input.kind == InputKind::link ? links_.sources(input.type, node) : "", why)));
    }
    return input.default_value;
  }

  InputValue given(const Node& node, const InputDecl& input, const YamlNode& value) {
    const InputSubject subject = reworded(subject_of(node.name, input.name),
                                          sentence("'{}' of node {}", input.name, label(node)));
    std::optional<Link> link;
    if (input.kind == InputKind::link) {
      link = links_.resolve(value, node, input, subject);
    } else if (input.kind == InputKind::named_value) {
      link = links_.resolve_name(value, input, subject);
    } else if (is_link(value) && !linkable_types(input.kind).empty()) {
      link = links_.resolve_value(value, node, input, subject);
    } else {
      return literals_.read(value, input, subject).value_or(Literal{});
    }
    return link ? InputValue(*link) : InputValue(Literal{});
  }

  const bool of_api_;  // a workflow in the form of ComfyUI's API
  LiteralReader& literals_;
  LinkResolver links_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Diagnostic>& notes_;
};

}  // namespace

std::vector<Node> declare_nodes(const Document& document, const std::vector<NodeDecl>& declarations,
                                std::vector<Diagnostic>& diagnostics) {
  const Declarer declarer(declarations, document, diagnostics);
  std::vector<Node> nodes;
  for (const YamlEntry& entry : document.nodes) nodes.push_back(declarer.declare(entry));
  return nodes;
}

std::vector<Node> check_nodes(const Document& document, const std::vector<NodeDecl>& declarations,
                              const PluginInputs& plugins, std::vector<Diagnostic>& diagnostics,
                              std::vector<Diagnostic>& notes) {
  std::vector<Node> nodes = declare_nodes(document, declarations, diagnostics);

  // Links need every node's declaration, so that inputs come second.
  LiteralReader literals(document.folder, document.files, plugins, diagnostics);
  InputChecker inputs(nodes, document, literals, diagnostics, notes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].decl != nullptr) nodes[i].inputs = inputs.check(nodes[i], *document.nodes[i].value);
  }
  return nodes;
}

}  // namespace ksampler
