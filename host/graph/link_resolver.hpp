// Links, as a pipeline file writes them, against the outputs of its nodes.
#ifndef KSAMPLER_GRAPH_LINK_RESOLVER_HPP
#define KSAMPLER_GRAPH_LINK_RESOLVER_HPP

#include "host/graph/literal_reader.hpp"
#include "host/graph/output_types.hpp"
#include "host/graph/pipeline.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ksampler {

class LinkResolver {
 public:
  // `nodes` must be declared, `bodies` is what the file says of each, and both outlive the resolver. A
  // node without a declaration is one that was reported, and links to it are passed over. Reports names
  // that two nodes give.
  LinkResolver(const std::vector<Node>& nodes, const std::vector<YamlEntry>& bodies,
               LiteralReader& literals, std::vector<Diagnostic>& diagnostics);

  // The output that `value` links `input` of `node` to: "$node.output", or "$node", which is its first
  // output of the input's type. None where a diagnostic was added.
  std::optional<Link> resolve(const YamlNode& value, const Node& node, const InputDecl& input,
                              const InputSubject& subject);

  // The same, for an input of numbers or texts, whose values are written or come along a link.
  std::optional<Link> resolve_value(const YamlNode& value, const Node& node, const InputDecl& input,
                                    const InputSubject& subject);

  // The output to which another node gives the name `value`. None where a diagnostic was added.
  std::optional<Link> resolve_name(const YamlNode& value, const InputDecl& input,
                                   const InputSubject& subject);

  // Of links of any type of which a node takes one, once it runs: whether all are of the first one's
  // type, or of numbers and texts, of which each is taken for another. Reports the first that is not.
  void check_alternatives(const Node& node, const std::vector<InputValue>& inputs,
                          const YamlNode& body);

  // What `asking` may be linked to, itself not: "; here that is: $checkpoint, $model".
  std::string sources(const std::string& type, const Node& asking) const;

 private:
  void complain(const YamlNode& value, const InputSubject& subject, Diagnostic::Kind kind,
                const std::string& why);
  std::string given_types(std::size_t node) const;
  std::optional<Link> linked(const YamlNode& value, const Node& node,
                             const std::vector<std::string>& types, const std::string& takes,
                             const InputSubject& subject, const std::string& hint = "");

  const std::vector<Node>& nodes_;
  LiteralReader& literals_;
  std::vector<Diagnostic>& diagnostics_;
  NodeIndex index_;
  OutputTypes types_;
  bool from_workflow_;  // of ComfyUI
};

// The names of inputs or outputs.
template <typename Declared>
std::vector<std::string> names_of(const std::vector<Declared>& declared) {
  std::vector<std::string> names;
  for (const auto& each : declared) names.push_back(each.name);
  return names;
}

// suggestion(), but nothing once there are hundreds of errors: in a generated file with thousands of
// them, searching all its nodes for each would take minutes.
std::string helpful_suggestion(const std::string& name, const std::vector<std::string>& candidates,
                               const std::vector<Diagnostic>& diagnostics);

}  // namespace ksampler

#endif
