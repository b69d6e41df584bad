// Writing files so that nothing is lost: a file appears under its name whole or not at all, and never
// replaces another.
#ifndef KSAMPLER_FILES_OUTPUT_HPP
#define KSAMPLER_FILES_OUTPUT_HPP

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace ksampler {

// Throws Error where `prefix` is no name within the output folder: absolute, leading out of it, ending
// in no name, or with control characters.
void check_prefix(const std::string& prefix);

// How many bytes the name of a file may have in `folder`, or where it would be made.
std::size_t longest_name(const std::filesystem::path& folder);

// By how many bytes the longest name that write_numbered would give to a file or make for a folder is
// too long for the disk; 0: none is. Throws Error where the whole path is longer than any system call
// takes.
std::size_t too_long_by(const std::filesystem::path& folder, const std::string& prefix,
                        const std::string& suffix);

// Writes `bytes` to the first free of folder/<prefix>_00001_<suffix>, _00002_, ... and returns its
// path, as ComfyUI numbers them: one above the highest number that is there. `prefix` may hold folders,
// which are made; it may not lead out of `folder` ("..", absolute). The bytes go to a temporary file
// beside it first, are synced, and get the name in one step that fails if somebody else took it (then
// the next number is tried). Throws Error (disk full, no permission) and leaves no file behind.
std::filesystem::path write_numbered(const std::filesystem::path& folder, const std::string& prefix,
                                     const std::string& suffix, std::span<const std::byte> bytes);

// Writes `bytes` to `file`, replacing what is there in one step, or throws Error and leaves it as it
// was.
void write_whole(const std::filesystem::path& file, std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
