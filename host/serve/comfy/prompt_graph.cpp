#include "host/serve/comfy/prompt_graph.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ksampler::comfy {

PromptGraph::PromptGraph(const Json& prompt, const std::vector<NodeDecl>& declarations)
    : prompt_(prompt) {
  for (const NodeDecl& decl : declarations) by_type_.emplace(decl.type, &decl);
}

const NodeDecl* PromptGraph::declaration(const std::string& node) const {
  const auto body = prompt_.find(node);
  if (body == prompt_.end() || !body->is_object()) return nullptr;
  const auto type = body->find("class_type");
  if (type == body->end() || !type->is_string()) return nullptr;
  const auto at = by_type_.find(type->get_ref<const std::string&>());
  return at == by_type_.end() ? nullptr : at->second;
}

const Json* PromptGraph::input(const std::string& node, const std::string& name) const {
  const auto body = prompt_.find(node);
  if (body == prompt_.end() || !body->is_object()) return nullptr;
  const auto inputs = body->find("inputs");
  if (inputs == body->end() || !inputs->is_object()) return nullptr;
  const auto at = inputs->find(name);
  return at == inputs->end() ? nullptr : &*at;
}

std::vector<std::string> PromptGraph::sources(const std::string& node) const {
  std::vector<std::string> found;
  const auto body = prompt_.find(node);
  if (body == prompt_.end() || !body->is_object()) return found;
  const auto inputs = body->find("inputs");
  if (inputs == body->end() || !inputs->is_object()) return found;
  for (const Json& value : *inputs) {
    const bool is_link =
        value.is_array() && value.size() == 2 && value[0].is_string() && value[1].is_number();
    if (is_link) found.push_back(value[0].get<std::string>());
  }
  return found;
}

std::set<std::string> PromptGraph::above(const std::string& node) const {
  std::set<std::string> seen = {node};
  std::vector<std::string> open = {node};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    for (std::string& source : sources(next)) {
      if (prompt_.contains(source) && seen.insert(source).second) open.push_back(std::move(source));
    }
  }
  return seen;
}

bool PromptGraph::in_circle(const std::string& node) const {
  return std::ranges::any_of(sources(node), [&](const std::string& source) {
    return source == node || (prompt_.contains(source) && above(source).contains(node));
  });
}

std::vector<std::string> PromptGraph::outputs() const {
  std::vector<std::string> found;
  for (const auto& [id, body] : prompt_.items()) {
    const NodeDecl* decl = declaration(id);
    if (decl != nullptr && decl->is_output) found.push_back(id);
  }
  return found;
}

Json PromptGraph::part(const std::vector<std::string>& nodes) const {
  std::set<std::string> kept;
  for (const std::string& node : nodes) kept.merge(above(node));
  Json part = Json::object();
  for (const auto& [id, body] : prompt_.items()) {
    if (kept.contains(id)) part[id] = body;
  }
  return part;
}

}  // namespace ksampler::comfy
