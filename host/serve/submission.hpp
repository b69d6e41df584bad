// A pipeline as a request sends it.
#ifndef KSAMPLER_SERVE_SUBMISSION_HPP
#define KSAMPLER_SERVE_SUBMISSION_HPP

#include "host/plugin/registry.hpp"
#include "host/serve/run_view.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

struct SubmissionRequest {
  std::string body;              // a pipeline, or JSON with one
  std::string content_type;      // "application/json": the latter
  std::vector<std::string> set;  // "base.steps=30"
  std::string name;
};

// JSON is {"pipeline": "nodes: ...", "set": {"base.steps": 30} or ["base.steps=30"], "name": "mine"}.
// Or it is a workflow of ComfyUI. Files in the pipeline are relative to `folder`, or in `files`.
// Throws Error.
Submission read_submission(const SubmissionRequest& sent, const std::filesystem::path& folder,
                           const FileFolders& files = {});

// Checks all that `ksampler check` does, and that no code is asked for that the server was not started
// with. Loads nothing. Throws Error with all diagnostics.
void check_submission(const Submission& submission, const Registry& registry);

}  // namespace ksampler

#endif
