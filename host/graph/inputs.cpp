#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/graph/execute.hpp"
#include "host/graph/linked_value.hpp"

#include <stdexcept>

namespace ksampler {

Inputs::Inputs(const Node& node, std::vector<Value> linked) : node_(&node), linked_(std::move(linked)) {
  literals_.resize(node.inputs.size());
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    const InputDecl& input = node.decl->inputs[i];
    if (const Literal* literal = std::get_if<Literal>(&node.inputs[i])) {
      literals_[i] = *literal;
    } else if (!linked_[i].has_value()) {
      // One that a boolean decides on is looked at where it is asked for.
      if (input.optional || !input.only_with.empty()) continue;
      throw Error(Diagnostic::Kind::missing_input, no_value_text(input.name));
    } else if (!linkable_types(input.kind).empty()) {
      literals_[i] = literal_of(linked_[i], input);
    }
  }
}

void Inputs::refuse(std::string_view name, const std::string& why) const {
  throw std::logic_error(
      sentence("node '{}' ({}): input '{}' {}", node_->name, node_->decl->type, name, why));
}

std::size_t Inputs::index(std::string_view name) const {
  const std::vector<InputDecl>& inputs = node_->decl->inputs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i].name == name) return i;
  }
  refuse(name, "is not declared");
}

bool Inputs::has(std::string_view name) const {
  const std::size_t at = index(name);
  const Literal* literal = std::get_if<Literal>(&node_->inputs[at]);
  return literal == nullptr ? linked_[at].has_value()
                            : !std::holds_alternative<std::monostate>(*literal);
}

template <typename T>
const T& Inputs::literal(std::string_view name) const {
  const std::size_t at = index(name);
  const T* value = std::get_if<T>(&literals_[at]);
  if (value != nullptr) return *value;
  refuse(name, has(name) ? "is declared as another kind than the node asks for: " +
                               kind_name(node_->decl->inputs[at].kind)
                         : "is optional, and was not given");
}

const Value& Inputs::linked(std::string_view name) const {
  const std::size_t at = index(name);
  if (std::holds_alternative<Link>(node_->inputs[at])) {
    if (!linked_[at].has_value() && !node_->decl->inputs[at].only_with.empty()) {
      throw Error(Diagnostic::Kind::missing_input, no_value_text(node_->decl->inputs[at].name));
    }
    return linked_[at];
  }
  refuse(name, has(name) ? "is no link" : "is optional, and was not given");
}

std::int64_t Inputs::integer(std::string_view name) const { return literal<std::int64_t>(name); }
std::uint64_t Inputs::seed(std::string_view name) const { return literal<std::uint64_t>(name); }
double Inputs::number(std::string_view name) const { return literal<double>(name); }
bool Inputs::boolean(std::string_view name) const { return literal<bool>(name); }
const std::string& Inputs::text(std::string_view name) const { return literal<std::string>(name); }
const std::vector<std::int64_t>& Inputs::integers(std::string_view name) const {
  return literal<std::vector<std::int64_t>>(name);
}
const std::vector<double>& Inputs::numbers(std::string_view name) const {
  return literal<std::vector<double>>(name);
}
const PluginChoice& Inputs::plugin(std::string_view name) const { return literal<PluginChoice>(name); }

}  // namespace ksampler
