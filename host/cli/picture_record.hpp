// The record that SaveImage leaves in a picture, of how it was made.
#ifndef KSAMPLER_CLI_PICTURE_RECORD_HPP
#define KSAMPLER_CLI_PICTURE_RECORD_HPP

#include "host/files/png.hpp"
#include "host/graph/pipeline.hpp"
#include "host/runtime/runtime.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace ksampler {

struct PictureRecord {
  PipelineSource source;
  std::vector<Setting> settings;
  std::string device = "auto";  // "cpu" where that is what it was computed on
  NumberTypes types = {};       // as its run was asked for them
};

// Whether a file is called as pictures are that record something, "*.png" or "*.webp": it is run as
// what it records.
bool is_picture(const std::filesystem::path& file);

// Throws Error: no such file, no picture.
Picture read_recorded_picture(const std::filesystem::path& file);

// The record in `picture`, which was read from `file`. Files in its pipeline are relative to `folder`;
// where that is empty, to the folder that the picture names, as seen from its own; where it names none,
// to the current one. Throws Error where the picture has no record.
PictureRecord record_in(const Picture& picture, const std::filesystem::path& file,
                        const std::filesystem::path& folder);

// For a run of what `record` says: what options leave empty is as it was.
std::string device_for(const std::string& option, const PictureRecord& record);
NumberTypes types_for(const NumberTypes& options, const PictureRecord& record);

}  // namespace ksampler

#endif
