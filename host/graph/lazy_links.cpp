#include "host/graph/lazy_links.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/graph/linked_value.hpp"

#include <algorithm>

namespace ksampler {

std::optional<bool> is_followed(const Node& node, std::size_t input,
                                const std::function<const Value*(const Link&)>& value) {
  const std::vector<InputDecl>& inputs = node.decl->inputs;
  const InputDecl& decl = inputs[input];
  if (decl.only_with.empty()) return true;
  const auto condition = std::ranges::find(inputs, decl.only_with, &InputDecl::name);
  const InputValue& given = node.inputs[static_cast<std::size_t>(condition - inputs.begin())];
  if (const Literal* literal = std::get_if<Literal>(&given)) {
    return std::get<bool>(*literal) == decl.only_with_value;
  }
  const Value* come = value(std::get<Link>(given));
  if (come == nullptr) return std::nullopt;
  if (!come->has_value()) throw Error(Diagnostic::Kind::missing_input, no_value_text(condition->name));
  return std::get<bool>(literal_of(*come, *condition)) == decl.only_with_value;
}

// Backwards, each reader comes before what it reads.
std::vector<bool> needed_nodes(const Pipeline& pipeline,
                               const std::function<bool(std::size_t)>& settled,
                               const Followed& followed, bool undecided) {
  std::vector<bool> needed(pipeline.nodes.size(), false);
  for (std::size_t i = pipeline.nodes.size(); i-- > 0;) {
    const Node& node = pipeline.nodes[i];
    if (node.decl->is_output) needed[i] = true;
    if (!needed[i] || settled(i)) continue;
    for (std::size_t at = 0; at < node.inputs.size(); ++at) {
      const Link* link = std::get_if<Link>(&node.inputs[at]);
      if (link != nullptr && followed(node, at).value_or(undecided)) needed[link->node] = true;
    }
  }
  return needed;
}

}  // namespace ksampler
