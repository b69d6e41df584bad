// Which of a prompt's outputs can be made, and what is wrong with the others.
#ifndef KSAMPLER_SERVE_COMFY_PROMPT_CHECK_HPP
#define KSAMPLER_SERVE_COMFY_PROMPT_CHECK_HPP

#include "host/graph/file_folders.hpp"
#include "host/plugin/registry.hpp"
#include "host/serve/comfy/json.hpp"
#include "host/serve/run_view.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ksampler::comfy {

struct CheckedPrompt {
  Json error;                         // null: some of it can run
  Json node_errors = Json::object();  // of what cannot
  std::vector<std::string> outputs;   // that run
  std::optional<Submission> submission;
};

// `targets`: the outputs that are wanted; none: all. `name` is what lists call it. Files are looked for
// as `read_submission` does.
CheckedPrompt check_prompt(const Json& prompt, const std::optional<std::vector<std::string>>& targets,
                           const std::string& name, const Registry& registry,
                           const std::filesystem::path& folder, const FileFolders& files);

}  // namespace ksampler::comfy

#endif
