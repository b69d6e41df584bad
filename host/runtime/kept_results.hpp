// A run's part in a cache of results: which nodes it need not run, and what those gave that it ran.
#ifndef KSAMPLER_RUNTIME_KEPT_RESULTS_HPP
#define KSAMPLER_RUNTIME_KEPT_RESULTS_HPP

#include "host/graph/result_cache.hpp"
#include "host/runtime/runtime.hpp"

namespace ksampler {

// Passes on what nodes say, and notes the files among it.
class KeptResults final : public Reporter {
 public:
  // `cache` null: nothing is known, and nothing kept. Tells the reporter what is known.
  KeptResults(const Pipeline& pipeline, ResultCache* cache, Reporter& reporter);
  // What nodes gave is kept, also where a later one failed.
  ~KeptResults() override;

  const std::vector<Value>* known(std::size_t node) const;
  void done(const Node& node, const std::vector<Value>& values);
  // Lets go of what the run itself needs no more; whether that was anything.
  bool let_go();

  void node_begins(const Node& node) override;
  void step_done(const Node& node, std::uint32_t step, std::uint32_t steps) override;
  void preview(const Node& node, std::uint32_t step, std::uint32_t steps,
               const PreviewPicture& picture) override;
  void picture(const Node& node, const PictureOfNode& picture) override;
  void file_written(const Node& node, const std::filesystem::path& file) override;
  void file_seen(const Node& node, const SeenFile& file) override;
  void warning(const Node& node, const std::string& message) override;
  void memory_used(std::uint64_t peak) override;

 private:
  std::size_t index(const Node& node) const;

  const Pipeline& pipeline_;
  ResultCache* const cache_;
  Reporter& reporter_;
  KnownNodes nodes_;
  std::size_t at_ = 0;                        // the node that runs
  std::vector<std::filesystem::path> files_;  // that it wrote
  std::vector<SeenFile> seen_;                // that it looked for
};

}  // namespace ksampler

#endif
