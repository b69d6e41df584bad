// What a person gives as a pipeline: a file of it, a workflow of ComfyUI, or a picture that records
// one.
#ifndef KSAMPLER_CLI_PIPELINE_FILE_HPP
#define KSAMPLER_CLI_PIPELINE_FILE_HPP

#include "host/cli/picture_record.hpp"
#include "host/cli/verb.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

// The pipeline in `file`, with the settings that a picture records. `folder` is what files in it are
// relative to; empty: the file's own, or what the picture says. `models` are folders of models, besides
// that of ComfyUI in which the file lies. Throws Error.
PictureRecord pipeline_of(const std::filesystem::path& file, const std::filesystem::path& folder,
                          const std::vector<std::string>& models = {});

// Has files looked for in folders of models, and in those of ComfyUI in which `file` lies. Throws
// Error.
void look_in(PipelineSource& source, const std::vector<std::string>& models,
             const std::filesystem::path& file);

// Adds "--models DIR", which may be given more than once.
void add_models_option(CLI::App& verb, std::vector<std::string>& folders);

// `error`, which came of the pipeline in `file`: where that is a picture and files are missing, it says
// how to tell where they are now.
Error with_folder_hint(const Error& error, const std::filesystem::path& file);

}  // namespace ksampler

#endif
