#include "host/nodes/sampling/named_params.hpp"

#include <algorithm>
#include <stdexcept>

namespace ksampler {
namespace {

double value_of(const Inputs& in, const InputDecl& input) {
  switch (input.kind) {
    case InputKind::number:
      return in.number(input.name);
    case InputKind::integer:
      return static_cast<double>(in.integer(input.name));
    case InputKind::boolean:
      return in.boolean(input.name) ? 1.0 : 0.0;
    case InputKind::choice:
      return static_cast<double>(std::ranges::find(input.choices, in.text(input.name)) -
                                 input.choices.begin());
    default:
      throw std::logic_error("no parameter of a plugin: " + input.name);
  }
}

}  // namespace

std::vector<NamedParam> named_params(const Inputs& in, const std::vector<std::string>& names) {
  const std::vector<InputDecl>& inputs = in.node().decl->inputs;
  std::vector<NamedParam> params;
  for (const std::string& name : names) {
    params.push_back({name, value_of(in, *std::ranges::find(inputs, name, &InputDecl::name))});
  }
  return params;
}

}  // namespace ksampler
