#include "host/graph/link_resolver.hpp"

#include "host/base/text.hpp"
#include "host/graph/linked_value.hpp"
#include "host/graph/node_title.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr std::size_t kMostSources = 6;
constexpr std::size_t kMostHelped = 200;

bool fits(const std::string& output, const std::string& input) {
  // An output of no known type leads nowhere or in a circle, which is reported elsewhere.
  return output == input || input == kAnyType || output == kAnyType;
}

// As the file has it.
std::string shown(const YamlNode& link) {
  if (link.slot < 0) return quote(link.text);
  return sentence("[\"{}\", {}]", printable(link.text, 100), link.slot);
}

}  // namespace

std::string helpful_suggestion(const std::string& name, const std::vector<std::string>& candidates,
                               const std::vector<Diagnostic>& diagnostics) {
  return diagnostics.size() < kMostHelped ? suggestion(name, candidates) : "";
}

LinkResolver::LinkResolver(const std::vector<Node>& nodes, const std::vector<YamlEntry>& bodies,
                           LiteralReader& literals, std::vector<Diagnostic>& diagnostics)
    : nodes_(nodes),
      literals_(literals),
      diagnostics_(diagnostics),
      index_(nodes, bodies, diagnostics),
      types_(nodes, bodies, index_),
      from_workflow_(std::ranges::any_of(
          bodies, [](const YamlEntry& body) { return body.value != nullptr && body.value->comfy; })) {}

void LinkResolver::complain(const YamlNode& value, const InputSubject& subject, Diagnostic::Kind kind,
                            const std::string& why) {
  diagnostics_.push_back(about(subject, kind, value.place,
                               sentence("{} is the link {}{}", subject.text, shown(value), why)));
}

std::optional<Link> LinkResolver::resolve(const YamlNode& value, const Node& node,
                                          const InputDecl& input, const InputSubject& subject) {
  if (!is_link(value)) {
    const bool forgot_dollar =
        !value.comfy && value.kind == YamlNode::Kind::scalar && index_.node(value.text);
    literals_.complain(
        value, input, subject,
        forgot_dollar ? sentence("; did you mean ${}?", value.text) : sources(input.type, node));
    return std::nullopt;
  }
  return linked(value, node, {input.type}, accepts(input), subject);
}

std::optional<Link> LinkResolver::resolve_value(const YamlNode& value, const Node& node,
                                                const InputDecl& input, const InputSubject& subject) {
  const std::vector<std::string> types = linkable_types(input.kind);
  const char* hint =
      input.kind == InputKind::text ? "; a text that begins with '$' is written with '$$'" : "";
  return linked(value, node, types, sentence("{}, or a link of type {}", accepts(input), types.front()),
                subject, hint);
}

std::optional<Link> LinkResolver::linked(const YamlNode& value, const Node& node,
                                         const std::vector<std::string>& types,
                                         const std::string& takes, const InputSubject& subject,
                                         const std::string& hint) {
  const LinkText link = parse_link(value);
  const auto at = index_.node(link.node);
  if (!at) {
    complain(value, subject, Diagnostic::Kind::bad_link,
             sentence("; there is no node {}{}{}", quote(link.node),
                      helpful_suggestion(link.node, index_.nodes(), diagnostics_), hint));
    return std::nullopt;
  }
  const Node& source = nodes_[*at];
  if (source.decl == nullptr) return std::nullopt;

  const std::vector<OutputDecl>& outputs = source.decl->outputs;
  const auto slot = static_cast<std::size_t>(std::max(link.slot, 0));
  if (link.slot >= 0 && slot >= outputs.size()) {
    complain(value, subject, Diagnostic::Kind::bad_link,
             sentence("; {} has {} outputs, counted from 0", title(source), outputs.size()));
    return std::nullopt;
  }
  const auto fits_one = [&](std::size_t output) {
    return std::ranges::any_of(
        types, [&](const std::string& type) { return fits(types_.of(*at, output), type); });
  };
  std::size_t output = slot;
  while (link.slot < 0 && output < outputs.size() &&
         !(link.names_output ? outputs[output].name == link.output : fits_one(output))) {
    ++output;
  }
  const bool found = output < outputs.size();
  if (found && fits_one(output)) return Link{*at, output};
  if (found) {
    complain(value, subject, Diagnostic::Kind::wrong_link,
             sentence(", of type {}; it takes {}{}", types_.of(*at, output), takes,
                      sources(types.front(), node)));
  } else if (link.names_output) {
    complain(value, subject, Diagnostic::Kind::bad_link,
             sentence("; {} has no output {}{}", title(source), quote(link.output),
                      helpful_suggestion(link.output, names_of(outputs), diagnostics_)));
  } else {
    complain(value, subject, Diagnostic::Kind::wrong_link,
             sentence("; {} gives {}, and it takes {}{}", title(source), given_types(*at), takes,
                      sources(types.front(), node)));
  }
  return std::nullopt;
}

std::optional<Link> LinkResolver::resolve_name(const YamlNode& value, const InputDecl& input,
                                               const InputSubject& subject) {
  const bool is_name = value.kind == YamlNode::Kind::scalar && !is_link(value) && !value.text.empty();
  const auto at = is_name ? index_.giver(plain_text(value)) : std::nullopt;
  if (at) return Link{*at, 0};
  const std::vector<std::string>& names = index_.values();
  literals_.complain(
      value, input, subject,
      names.empty() ? "; no node here gives one" : helpful_suggestion(value.text, names, diagnostics_));
  return std::nullopt;
}

void LinkResolver::check_alternatives(const Node& node, const std::vector<InputValue>& inputs,
                                      const YamlNode& body) {
  std::string first;
  std::string first_name;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const InputDecl& input = node.decl->inputs[i];
    const Link* link = std::get_if<Link>(&inputs[i]);
    if (input.only_with.empty() || input.type != kAnyType || link == nullptr) continue;
    const std::string& type = types_.of(link->node, link->output);
    if (type == kAnyType) continue;
    if (first.empty()) {
      first = type;
      first_name = input.name;
    } else if (type != first && !(is_plain_value(type) && is_plain_value(first))) {
      diagnostics_.push_back(
          about(subject_of(node.name, input.name), Diagnostic::Kind::wrong_link,
                body.find(input.name)->value->place,
                sentence("'{}' of node {} is of type {}, and '{}' of type {}; it takes two of one type",
                         input.name, label(node), type, first_name, first)));
      return;
    }
  }
}

// "MODEL, CLIP", or "nothing".
std::string LinkResolver::given_types(std::size_t node) const {
  std::vector<std::string> types;
  for (std::size_t i = 0; i < nodes_[node].decl->outputs.size(); ++i) {
    types.push_back(types_.of(node, i));
  }
  std::string text;
  for (const std::string& type : types) text += (text.empty() ? "" : ", ") + type;
  return text.empty() ? "nothing" : text;
}

std::string LinkResolver::sources(const std::string& type, const Node& asking) const {
  if (diagnostics_.size() >= kMostHelped) return "";
  std::string text;
  std::size_t count = 0;
  for (std::size_t at = 0; at < nodes_.size(); ++at) {
    const Node& node = nodes_[at];
    if (node.decl == nullptr || &node == &asking) continue;
    bool first = true;  // which needs no name
    for (std::size_t i = 0; i < node.decl->outputs.size(); ++i) {
      if (types_.of(at, i) != type && type != kAnyType) continue;
      if (++count > kMostSources) return "; here that is: " + text + ", ...";
      text +=
          (text.empty() ? "$" : ", $") + node.name + (first ? "" : "." + node.decl->outputs[i].name);
      first = false;
    }
  }
  if (!text.empty()) return "; here that is: " + text;
  // Of a workflow only those nodes are here that an output needs, as it is linked now.
  return from_workflow_ ? "; no node that is linked here gives one" : "; no node here gives one";
}

}  // namespace ksampler
