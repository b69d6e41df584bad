#include "host/nodes/input_checks.hpp"

#include "host/graph/execute.hpp"
#include "host/model/file/model_file.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/prompts.hpp"

namespace ksampler {
namespace {

void append(std::vector<Diagnostic>& diagnostics, const Error& error) {
  diagnostics.insert(diagnostics.end(), error.diagnostics().begin(), error.diagnostics().end());
}

void look_into(const std::string& file, FileKind kind) {
  switch (kind) {
    case FileKind::any:
      return;
    case FileKind::tensors:
      open_tensor_file(file);
      return;
    case FileKind::model:
      open_model_file(file);
      return;
    case FileKind::unet:
      prefix_of(*open_model_file(file), kNetworkPart);
      return;
    case FileKind::autoencoder:
      prefix_of(*open_model_file(file), kAutoencoderPart);
      return;
  }
}

// As far as they are too long for most disks: the folder of outputs is the run's to look at.
void check_names(const Pipeline& pipeline) { check_filename_prefixes(pipeline); }

void check_model_files(const Pipeline& pipeline) {
  std::vector<Diagnostic> wrong;
  const std::vector<bool> needed = needed_nodes(pipeline);
  for (std::size_t n = 0; n < pipeline.nodes.size(); ++n) {
    const Node& node = pipeline.nodes[n];
    for (std::size_t i = 0; needed[n] && i < node.inputs.size(); ++i) {
      const auto* literal = std::get_if<Literal>(&node.inputs[i]);
      const auto* file = literal == nullptr ? nullptr : std::get_if<std::string>(literal);
      if (file == nullptr) continue;
      try {
        look_into(*file, node.decl->inputs[i].file_kind);
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
  for (const auto check : {check_names, check_prompts, check_model_files}) {
    try {
      check(pipeline);
    } catch (const Error& error) {
      append(wrong, error);
    }
  }
  if (!wrong.empty()) throw Error(std::move(wrong));
}

}  // namespace ksampler
