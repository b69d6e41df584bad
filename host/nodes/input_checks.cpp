#include "host/nodes/input_checks.hpp"

#include "host/graph/execute.hpp"
#include "host/model/model_file.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/prompts.hpp"

#include <set>

namespace ksampler {
namespace {

void append(std::vector<Diagnostic>& diagnostics, const Error& error) {
  diagnostics.insert(diagnostics.end(), error.diagnostics().begin(), error.diagnostics().end());
}

void check_model_files(const Pipeline& pipeline) {
  std::vector<Diagnostic> wrong;
  std::set<std::string> seen;
  const std::vector<bool> needed = needed_nodes(pipeline);
  for (std::size_t n = 0; n < pipeline.nodes.size(); ++n) {
    const Node& node = pipeline.nodes[n];
    for (std::size_t i = 0; needed[n] && i < node.inputs.size(); ++i) {
      const FileKind kind = node.decl->inputs[i].file_kind;
      const auto* literal = std::get_if<Literal>(&node.inputs[i]);
      const auto* file = literal == nullptr ? nullptr : std::get_if<std::string>(literal);
      if (kind == FileKind::any || file == nullptr || !seen.insert(*file).second) continue;
      try {
        kind == FileKind::model ? open_model_file(*file) : open_safetensors(*file);
      } catch (const Error& error) {
        append(wrong, at_node(error, node));
      }
    }
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

}  // namespace

void check_inputs(const Pipeline& pipeline) {
  std::vector<Diagnostic> wrong;
  for (const auto check : {check_filename_prefixes, check_prompts, check_model_files}) {
    try {
      check(pipeline);
    } catch (const Error& error) {
      append(wrong, error);
    }
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

}  // namespace ksampler
