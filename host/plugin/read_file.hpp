#ifndef KSAMPLER_PLUGIN_READ_FILE_HPP
#define KSAMPLER_PLUGIN_READ_FILE_HPP

#include <cstddef>
#include <filesystem>
#include <vector>

namespace ksampler {

// All bytes of a file. Throws Error that names it.
std::vector<std::byte> read_file(const std::filesystem::path& file);

}  // namespace ksampler

#endif
