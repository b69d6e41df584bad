// What a run shows of a latent on its way, as a file that a viewer of pictures can watch.
#ifndef KSAMPLER_CLI_PREVIEW_FILE_HPP
#define KSAMPLER_CLI_PREVIEW_FILE_HPP

#include "host/runtime/runtime.hpp"

#include <filesystem>
#include <string>

namespace ksampler {

// preview/<node>.png below `out`; what a file's name cannot hold is '_'.
std::filesystem::path preview_file(const std::filesystem::path& out, const std::string& node);

// Writes the picture, its pixels enlarged to squares until it is 256 high or more, in place of the one
// before: whoever reads the file sees one or the other whole. Throws Error.
void write_preview(const std::filesystem::path& file, const PreviewPicture& picture);

}  // namespace ksampler

#endif
