// What a person gives as a pipeline: a file of it, or a picture that records one.
#ifndef KSAMPLER_CLI_PIPELINE_FILE_HPP
#define KSAMPLER_CLI_PIPELINE_FILE_HPP

#include "host/cli/picture_record.hpp"

#include <filesystem>

namespace ksampler {

// The pipeline in `file`, with the settings that a picture records. `folder` is what files in it are
// relative to; empty: the file's own, or what the picture says. Throws Error.
PictureRecord pipeline_of(const std::filesystem::path& file, const std::filesystem::path& folder);

// `error`, which came of the pipeline in `file`: where that is a picture and files are missing, it says
// how to tell where they are now.
Error with_folder_hint(const Error& error, const std::filesystem::path& file);

}  // namespace ksampler

#endif
