#include "host/serve/comfy/prompt_check.hpp"

#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/graph/wording.hpp"
#include "host/nodes/declarations.hpp"
#include "host/serve/comfy/prompt_errors.hpp"
#include "host/serve/submission.hpp"

#include <algorithm>
#include <set>

namespace ksampler::comfy {
namespace {

std::string text_of(const Json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : "";
}

std::string title_of(const Json& body) {
  return body.is_object() && body.contains("_meta") ? text_of(body["_meta"], "title") : "";
}

// The first node of a type that there is not; null: there is none. An editor sends what it doesn't
// know without a type.
Json unknown_type(const Json& prompt, const PromptGraph& graph) {
  std::vector<std::string> types;
  for (const NodeDecl& decl : node_declarations()) types.push_back(decl.type);
  for (const auto& [id, body] : prompt.items()) {
    if (graph.declaration(id) != nullptr) continue;
    const std::string type = text_of(body, "class_type");
    const std::string title = title_of(body);
    const std::string name = !title.empty() ? title : !type.empty() ? type : "#" + id;
    Json error = problem(
        "missing_node_type",
        sentence("Node {} not found{}", quote(name), type.empty() ? "" : known_types_hint(type, types)),
        sentence("Node ID '#{}'", printable(id, 100)));
    error["extra_info"] = {{"node_id", id},
                           {"class_type", type.empty() ? Json(nullptr) : Json(type)},
                           {"node_title", title.empty() ? Json(nullptr) : Json(title)}};
    return error;
  }
  return nullptr;
}

// Those outputs that need none of the nodes that are wrong.
std::vector<std::string> unharmed(const std::vector<std::string>& outputs, const PromptGraph& graph,
                                  const std::vector<Diagnostic>& diagnostics) {
  std::set<std::string> wrong;
  for (const Diagnostic& each : diagnostics) {
    if (each.node.empty()) return {};
    wrong.insert(each.node);
  }
  std::vector<std::string> good;
  for (const std::string& output : outputs) {
    const std::set<std::string> needed = graph.above(output);
    const bool fine =
        std::ranges::none_of(needed, [&](const auto& node) { return wrong.contains(node); });
    if (fine) good.push_back(output);
  }
  return good;
}

// What was found wrong with no node in particular.
std::string general(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& each : diagnostics) {
    if (each.node.empty()) text += (text.empty() ? "" : "\n") + each.message;
  }
  return text;
}

}  // namespace

CheckedPrompt check_prompt(const Json& prompt, const std::optional<std::vector<std::string>>& targets,
                           const std::string& name, const Registry& registry,
                           const std::filesystem::path& folder, const FileFolders& files) {
  CheckedPrompt checked;
  const PromptGraph graph(prompt, node_declarations());
  if (Json error = unknown_type(prompt, graph); !error.is_null()) {
    checked.error = std::move(error);
    return checked;
  }
  std::vector<std::string> outputs = graph.outputs();
  if (targets) {
    std::erase_if(outputs, [&](const std::string& id) {
      return std::ranges::find(*targets, id) == targets->end();
    });
  }
  if (outputs.empty()) {
    checked.error = problem("prompt_no_outputs", "Prompt has no outputs",
                            "no node of it writes anything, such as SaveImage or PreviewImage");
    return checked;
  }
  Choices choices(registry, files);
  std::string why;
  while (!outputs.empty()) {
    try {
      const std::string text = graph.part(outputs).dump(-1, ' ', true, Json::error_handler_t::replace);
      Submission submission =
          read_submission({.body = text, .content_type = {}, .set = {}, .name = name}, folder, files);
      check_submission(submission, registry);
      checked.outputs = std::move(outputs);
      checked.submission = std::move(submission);
      return checked;
    } catch (const Error& error) {
      why = general(error.diagnostics());
      const Json found = node_errors(error.diagnostics(), graph, choices);
      if (checked.node_errors.empty()) checked.node_errors = found;
      std::vector<std::string> good = unharmed(outputs, graph, error.diagnostics());
      if (good.size() == outputs.size()) good.clear();
      outputs = std::move(good);
    }
  }
  checked.error = problem("prompt_outputs_failed_validation", "Prompt outputs failed validation", why);
  return checked;
}

}  // namespace ksampler::comfy
