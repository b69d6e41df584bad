#include "host/nodes/rescue.hpp"

#include "host/base/text.hpp"
#include "host/nodes/latent_file.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

Rescue::Rescue(const NodeContext& context)
    : context_(context), sampled_(context.pipeline.nodes.size(), false) {
  for (std::size_t i = 0; i < sampled_.size(); ++i) {
    const Node& node = context.pipeline.nodes[i];
    sampled_[i] = node.decl->category.starts_with("sampling");
    for (const InputValue& input : node.inputs) {
      const Link* link = std::get_if<Link>(&input);
      if (link != nullptr && sampled_[link->node]) sampled_[i] = true;
    }
  }
}

void Rescue::take(const Link& from, const Value& value) noexcept {
  try {
    const auto* latent = std::any_cast<LatentValue>(&value);
    if (latent == nullptr || !sampled_[from.node]) return;
    const Node& node = context_.pipeline.nodes[from.node];
    const auto file = write_latent(context_, latent->samples, "rescued_" + node.name);
    files_.push_back(file.string());
    context_.reporter.file_written(node, file);
  } catch (const std::exception&) {
    // What is to be reported is the error that led here.
  }
}

Error Rescue::with_files(const Error& error) const {
  if (files_.empty()) return error;
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  diagnostics.back().message += ". What was sampled is kept, for LoadLatent: " + listed(files_);
  return Error(std::move(diagnostics));
}

}  // namespace ksampler
