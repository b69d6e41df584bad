#include "host/graph/pipeline.hpp"

#include "host/graph/comfy/take_workflow.hpp"
#include "host/graph/document.hpp"
#include "host/graph/isolation.hpp"
#include "host/graph/node_checker.hpp"
#include "host/graph/order.hpp"

#include <algorithm>
#include <tuple>

namespace ksampler {
namespace {

// A pipeline that writes nothing would do nothing.
void check_outputs(const std::vector<Node>& nodes, const std::vector<NodeDecl>& declarations,
                   const Place& place, std::vector<Diagnostic>& diagnostics) {
  // A node of an unknown type may have been meant to.
  const bool fine = std::any_of(nodes.begin(), nodes.end(), [](const Node& node) {
    return node.decl == nullptr || node.decl->is_output;
  });
  if (nodes.empty() || fine) return;
  std::string types;
  for (const NodeDecl& decl : declarations) {
    if (decl.is_output) types += (types.empty() ? "" : ", ") + decl.type;
  }
  diagnostics.push_back(
      {place, "no node writes anything, so that there is nothing to run; what does: " + types,
       Diagnostic::Kind::no_output});
}

// The order of the file; what has no line there comes last.
void sort_by_place(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) {
                     return std::tuple(a.place.line == 0, a.place.line, a.place.column) <
                            std::tuple(b.place.line == 0, b.place.line, b.place.column);
                   });
}

}  // namespace

Pipeline check_pipeline(const ParsedPipeline& parsed, const std::vector<NodeDecl>& declarations,
                        const PluginInputs& plugins, const std::vector<Setting>& settings) {
  Document document = parsed.document();  // its nodes are shared, until a setting changes one
  std::vector<Diagnostic> diagnostics = document.wrong;
  std::vector<Diagnostic> notes;
  if (document.workflow.form == WorkflowForm::none) {
    check_top_level(document, diagnostics);
  } else {
    take_workflow(document, declarations, notes);
    if (document.nodes.empty()) {
      diagnostics.push_back({document.nodes_place,
                             "no node of the workflow runs: it has none, or all are muted or bypassed",
                             Diagnostic::Kind::no_output});
    }
  }
  check_isolation(document, plugins, diagnostics);
  apply_settings(document, settings, diagnostics);
  std::vector<Node> nodes = check_nodes(document, declarations, plugins, diagnostics, notes);
  check_outputs(nodes, declarations, document.nodes_place, diagnostics);
  nodes = ordered(std::move(nodes), diagnostics);
  if (!diagnostics.empty()) {
    sort_by_place(diagnostics);
    throw Error(std::move(diagnostics));
  }
  Pipeline pipeline{
      parsed.source(), {}, std::move(document.profile), std::move(document.device), std::move(nodes),
      std::move(notes)};
  for (const Setting& setting : settings) pipeline.settings.push_back(setting.text);
  return pipeline;
}

const InputValue* find_input(const Node& node, std::string_view name) {
  for (std::size_t i = 0; i < node.inputs.size(); ++i) {
    if (node.decl->inputs[i].name == name) return &node.inputs[i];
  }
  return nullptr;
}

bool is_linked(const Pipeline& pipeline, const Node& node, std::size_t output) {
  const auto reads = [&](const InputValue& value) {
    const auto* const link = std::get_if<Link>(&value);
    return link != nullptr && &pipeline.nodes[link->node] == &node && link->output == output;
  };
  return std::ranges::any_of(
      pipeline.nodes, [&](const Node& other) { return std::ranges::any_of(other.inputs, reads); });
}

}  // namespace ksampler
