#include "host/rescue/rescue.hpp"

#include "host/base/text.hpp"
#include "host/base/text_front.hpp"
#include "host/files/output.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/latent/latent_file.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>
#include <set>

namespace ksampler {
namespace {

bool reads(const Node& node, std::size_t other) {
  return std::any_of(node.inputs.begin(), node.inputs.end(), [&](const InputValue& input) {
    const Link* link = std::get_if<Link>(&input);
    return link != nullptr && link->node == other;
  });
}

// As long as the disk takes, and in no folder, whatever the node is called.
std::string name_of(const std::string& node, const std::filesystem::path& out) {
  constexpr std::size_t kAround = std::string_view("rescued__00001_.latent").size();
  const std::size_t most = longest_name(out);
  return "rescued_" + fit_for_a_name(std::string(front_of(node, most - std::min(most, kAround))));
}

bool is_latent(const Value& value) { return value.type() == typeid(LatentValue); }

}  // namespace

void Rescue::note(const Node& node, const std::vector<Value>& values) {
  const std::vector<Node>& nodes = context_.pipeline.nodes;
  Progress& progress = nodes_[static_cast<std::size_t>(&node - nodes.data())];
  progress.done = true;
  progress.sampled = node.decl->samples;
  for (std::size_t i = 0; i < nodes.size() && !progress.sampled; ++i) {
    progress.sampled = nodes_[i].sampled && reads(node, i);
  }
  const bool several = std::count_if(values.begin(), values.end(), is_latent) > 1;
  for (std::size_t i = 0; i < values.size() && progress.sampled; ++i) {
    if (!is_latent(values[i]) || !is_linked(context_.pipeline, node, i)) continue;
    progress.latents.push_back({node.name + (several ? "_" + node.decl->outputs[i].name : ""),
                                *std::any_cast<LatentValue>(&values[i])});
  }
}

// Whether all that is made of a node's values is in a file, or in a latent that is looked at by itself.
bool Rescue::is_safe(std::size_t node) const {
  const std::vector<Node>& nodes = context_.pipeline.nodes;
  for (std::size_t i = node + 1; i < nodes.size(); ++i) {
    if (!reads(nodes[i], node)) continue;
    const bool ended = nodes[i].decl->is_output || !nodes_[i].latents.empty() || is_safe(i);
    if (!nodes_[i].done || !ended) return false;
  }
  return true;
}

Error Rescue::with_files(const Error& error) {
  std::vector<std::string> files;
  std::string trouble;
  std::set<const void*> written;  // a node may pass on what it was given
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (nodes_[i].latents.empty() || is_safe(i)) continue;
    for (const Kept& kept : nodes_[i].latents) {
      if (!written.insert(kept.latent.samples.const_data_ptr()).second) continue;
      try {
        const auto file = write_latent(context_, kept.latent, name_of(kept.name, context_.options.out),
                                       Company::written);
        context_.reporter.file_written(context_.pipeline.nodes[i], file);
        files.push_back(std::filesystem::absolute(file).lexically_normal().string());
      } catch (const std::exception& why) {
        trouble = why.what();
      }
    }
  }
  std::vector<Diagnostic> diagnostics = error.diagnostics();
  std::string& message = diagnostics.back().message;
  if (!files.empty()) message += ". What was sampled is kept, for LoadLatent: " + listed(files);
  if (!trouble.empty()) message += ". What was sampled could not be kept: " + trouble;
  return Error(std::move(diagnostics));
}

}  // namespace ksampler
