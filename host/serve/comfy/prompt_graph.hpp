// A prompt as ComfyUI's API has it, {"3": {"class_type": ..., "inputs": {"model": ["4", 0]}}}, seen as
// nodes and links.
#ifndef KSAMPLER_SERVE_COMFY_PROMPT_GRAPH_HPP
#define KSAMPLER_SERVE_COMFY_PROMPT_GRAPH_HPP

#include "host/graph/declaration.hpp"
#include "host/serve/comfy/json.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace ksampler::comfy {

class PromptGraph {
 public:
  // `prompt` is an object, and outlives this, as `declarations` does.
  PromptGraph(const Json& prompt, const std::vector<NodeDecl>& declarations);

  // The node itself and all that it needs, directly or not.
  std::set<std::string> above(const std::string& node) const;
  // Whether it needs itself.
  bool in_circle(const std::string& node) const;

  // Nodes of a type that writes, in the prompt's order.
  std::vector<std::string> outputs() const;
  // Null where the type is unknown, or there is no such node.
  const NodeDecl* declaration(const std::string& node) const;
  // The value of an input; null where it has none.
  const Json* input(const std::string& node, const std::string& name) const;

  // The part of the prompt that these nodes need.
  Json part(const std::vector<std::string>& nodes) const;

 private:
  std::vector<std::string> sources(const std::string& node) const;

  const Json& prompt_;
  std::map<std::string, const NodeDecl*> by_type_;
};

}  // namespace ksampler::comfy

#endif
