#include "host/runtime/kept_results.hpp"

#include <utility>

namespace ksampler {

KeptResults::KeptResults(const Pipeline& pipeline, ResultCache* cache, Reporter& reporter)
    : pipeline_(pipeline), cache_(cache), reporter_(reporter) {
  if (cache_ == nullptr) return;
  nodes_ = cache_->take(pipeline);
  for (std::size_t i = 0; i < nodes_.results.size(); ++i) {
    if (known(i) != nullptr) reporter_.node_known(pipeline.nodes[i], nodes_.results[i]->files);
  }
}

KeptResults::~KeptResults() {
  if (cache_ != nullptr) cache_->keep(std::move(nodes_));
}

std::size_t KeptResults::index(const Node& node) const {
  return static_cast<std::size_t>(&node - pipeline_.nodes.data());
}

const std::vector<Value>* KeptResults::known(std::size_t node) const {
  if (cache_ == nullptr || nodes_.results[node] == nullptr) return nullptr;
  return &nodes_.results[node]->values;
}

void KeptResults::done(const Node& node, const std::vector<Value>& values) {
  if (cache_ == nullptr) return;
  nodes_.results[index(node)] =
      std::make_shared<const NodeResult>(NodeResult{values, std::exchange(files_, {})});
  nodes_.seen[index(node)] = std::exchange(seen_, {});
}

// Of a node that is still to come, what is known is all that there is: what it would be made of is not
// run.
bool KeptResults::let_go() {
  bool any = false;
  if (cache_ == nullptr) return any;
  for (std::size_t i = 0; i < at_; ++i) any |= std::exchange(nodes_.results[i], nullptr) != nullptr;
  return any;
}

void KeptResults::node_begins(const Node& node) {
  at_ = index(node);
  files_.clear();
  seen_.clear();
  reporter_.node_begins(node);
}

void KeptResults::step_done(const Node& node, std::uint32_t step, std::uint32_t steps) {
  reporter_.step_done(node, step, steps);
}

void KeptResults::preview(const Node& node, std::uint32_t step, std::uint32_t steps,
                          const PreviewPicture& picture) {
  reporter_.preview(node, step, steps, picture);
}

void KeptResults::picture(const Node& node, const PictureOfNode& picture) {
  reporter_.picture(node, picture);
}

void KeptResults::file_written(const Node& node, const std::filesystem::path& file) {
  files_.push_back(file);
  reporter_.file_written(node, file);
}

void KeptResults::file_seen(const Node& node, const SeenFile& file) {
  seen_.push_back(file);
  reporter_.file_seen(node, file);
}

void KeptResults::warning(const Node& node, const std::string& message) {
  reporter_.warning(node, message);
}

void KeptResults::memory_used(std::uint64_t peak) { reporter_.memory_used(peak); }

}  // namespace ksampler
