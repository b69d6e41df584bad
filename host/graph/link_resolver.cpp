#include "host/graph/link_resolver.hpp"

#include "host/base/text.hpp"
#include "host/graph/wording.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr std::size_t kMostSources = 6;
constexpr std::size_t kMostHelped = 200;

// "MODEL, CLIP", or "nothing".
std::string given_types(const NodeDecl& decl) {
  std::string types;
  for (const OutputDecl& output : decl.outputs) types += (types.empty() ? "" : ", ") + output.type;
  return types.empty() ? "nothing" : types;
}

}  // namespace

std::string title(const Node& node) {
  return "node " + quote(node.name) + " (" + node.decl->type + ")";
}

std::string helpful_suggestion(const std::string& name, const std::vector<std::string>& candidates,
                               const std::vector<Diagnostic>& diagnostics) {
  return diagnostics.size() < kMostHelped ? suggestion(name, candidates) : "";
}

LinkResolver::LinkResolver(const std::vector<Node>& nodes, LiteralReader& literals,
                           std::vector<Diagnostic>& diagnostics)
    : nodes_(nodes), literals_(literals), diagnostics_(diagnostics) {
  for (const Node& node : nodes) {
    index_.emplace(node.name, names_.size());
    names_.push_back(node.name);
  }
}

void LinkResolver::complain(const YamlNode& value, const std::string& subject, const std::string& why) {
  diagnostics_.push_back({value.place, subject + " is the link " + quote(value.text) + why});
}

std::optional<Link> LinkResolver::resolve(const YamlNode& value, const InputDecl& input,
                                          const std::string& subject) {
  if (!is_link(value)) {
    const bool forgot_dollar = value.kind == YamlNode::Kind::scalar && index_.contains(value.text);
    literals_.complain(value, input, subject,
                       forgot_dollar ? "; did you mean $" + value.text + "?" : sources(input.type));
    return std::nullopt;
  }
  const std::string path = value.text.substr(1);
  const std::size_t dot = path.find('.');
  const std::string name = path.substr(0, dot);
  const auto at = index_.find(name);
  if (at == index_.end()) {
    complain(value, subject,
             "; there is no node " + quote(name) + helpful_suggestion(name, names_, diagnostics_));
    return std::nullopt;
  }
  const Node& source = nodes_[at->second];
  if (source.decl == nullptr) return std::nullopt;

  const std::vector<OutputDecl>& outputs = source.decl->outputs;
  const bool named = dot != std::string::npos;
  const std::string wanted = named ? path.substr(dot + 1) : "";
  const auto output = std::find_if(outputs.begin(), outputs.end(), [&](const OutputDecl& each) {
    return named ? each.name == wanted : each.type == input.type;
  });
  if (output != outputs.end() && output->type == input.type) {
    return Link{at->second, static_cast<std::size_t>(output - outputs.begin())};
  }
  if (output != outputs.end()) {
    complain(value, subject,
             ", of type " + output->type + "; it takes " + accepts(input) + sources(input.type));
  } else if (named) {
    complain(value, subject,
             "; " + title(source) + " has no output " + quote(wanted) +
                 helpful_suggestion(wanted, names_of(outputs), diagnostics_));
  } else {
    complain(value, subject,
             "; " + title(source) + " gives " + given_types(*source.decl) + ", and it takes " +
                 accepts(input) + sources(input.type));
  }
  return std::nullopt;
}

std::string LinkResolver::sources(const std::string& type) const {
  if (diagnostics_.size() >= kMostHelped) return "";
  std::string text;
  std::size_t count = 0;
  for (const Node& node : nodes_) {
    if (node.decl == nullptr) continue;
    bool first = true;  // which needs no name
    for (const OutputDecl& output : node.decl->outputs) {
      if (output.type != type) continue;
      if (++count > kMostSources) return text + ", ...";
      text += (text.empty() ? "$" : ", $") + node.name + (first ? "" : "." + output.name);
      first = false;
    }
  }
  return text.empty() ? "; no node here gives one" : "; here that is: " + text;
}

}  // namespace ksampler
