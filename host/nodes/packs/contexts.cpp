// rgthree's Context, which carries several values along one link, and its Any Switch.
#include "host/base/error.hpp"
#include "host/nodes/packs/functions.hpp"

#include <map>

namespace ksampler {
namespace {

using Carried = std::map<std::string, Value>;  // RGTHREE_CONTEXT: by the names of Context's inputs

bool is_empty(const Value& value) {
  const auto* carried = std::any_cast<Carried>(&value);
  return carried != nullptr && carried->empty();
}

}  // namespace

// What is linked holds; the rest is that of `base_ctx`. An output of what neither gives has no value.
std::vector<Value> run_context(const NodeContext&, const Inputs& in) {
  Carried carried;
  if (in.has("base_ctx")) carried = in.link<Carried>("base_ctx");
  std::vector<Value> outputs = {Value{}};
  for (const InputDecl& input : in.node().decl->inputs) {
    if (input.name == "base_ctx") continue;
    if (in.has(input.name)) carried[input.name] = in.linked(input.name);
    const auto at = carried.find(input.name);
    outputs.push_back(at == carried.end() ? Value{} : at->second);
  }
  outputs[0] = carried;
  return outputs;
}

std::vector<Value> run_any_switch(const NodeContext&, const Inputs& in) {
  for (const InputDecl& input : in.node().decl->inputs) {
    if (in.has(input.name) && !is_empty(in.linked(input.name))) return {in.linked(input.name)};
  }
  throw Error("no input has a value; expected at least one, of which the first is passed on");
}

}  // namespace ksampler
