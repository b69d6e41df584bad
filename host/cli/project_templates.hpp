// The files of sdk/template/, which are part of the program: `ksampler new` needs nothing beside it.
#ifndef KSAMPLER_CLI_PROJECT_TEMPLATES_HPP
#define KSAMPLER_CLI_PROJECT_TEMPLATES_HPP

#include <string_view>
#include <vector>

namespace ksampler {

struct ProjectTemplate {
  std::string_view language;  // "cpp", "c", "rust"; "pipeline" for all
  std::string_view kind;      // "sampler", "scheduler", "guider", "noise"; "common" for all
  std::string_view path;      // in the project, ending in ".in"
  std::string_view text;
};

// Generated while CMake configures.
const std::vector<ProjectTemplate>& project_templates();

}  // namespace ksampler

#endif
