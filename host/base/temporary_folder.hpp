// The folder for what is needed for a moment.
#ifndef KSAMPLER_BASE_TEMPORARY_FOLDER_HPP
#define KSAMPLER_BASE_TEMPORARY_FOLDER_HPP

#include <filesystem>

namespace ksampler {

// TMPDIR, or /tmp. Throws Error that names it where nothing can be written there; `what` is what would
// be: "pictures to compare with".
std::filesystem::path temporary_folder(const char* what);

}  // namespace ksampler

#endif
