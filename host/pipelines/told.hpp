// What a run says, passed on to a program's callbacks.
#ifndef KSAMPLER_PIPELINES_TOLD_HPP
#define KSAMPLER_PIPELINES_TOLD_HPP

#include "host/pipelines/pipelines.hpp"
#include "host/runtime/runtime.hpp"

#include <ks/pipeline.h>

#include <atomic>

namespace ksampler::pipelines {

class Told : public Reporter {
 public:
  Told(const ks_pipelines& host, const ks_pipeline_callbacks& callbacks)
      : host_(host), callbacks_(callbacks) {}

  void node_begins(const Node& node) override;
  void step_done(const Node& node, std::uint32_t step, std::uint32_t steps) override;
  void preview(const Node& node, std::uint32_t step, std::uint32_t steps,
               const PreviewPicture& picture) override;
  void picture(const Node& node, const PictureOfNode& picture) override;
  void file_written(const Node& node, const std::filesystem::path& file) override;
  void warning(const Node& node, const std::string& message) override;

  // Set where a callback wants the run to end.
  const std::atomic<bool>& stop() const { return stop_; }
  // What that callback returned; KS_OK where none did.
  ks_status status() const { return status_; }

 private:
  void note(ks_status status);

  const ks_pipelines& host_;
  const ks_pipeline_callbacks& callbacks_;
  std::atomic<bool> stop_ = false;
  ks_status status_ = KS_OK;
};

}  // namespace ksampler::pipelines

#endif
