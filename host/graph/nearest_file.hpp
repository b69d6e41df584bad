#ifndef KSAMPLER_GRAPH_NEAREST_FILE_HPP
#define KSAMPLER_GRAPH_NEAREST_FILE_HPP

#include <filesystem>
#include <string>

namespace ksampler {

// The name nearest to that of `file` in the folder where it is not; empty where none is near.
std::string nearest_file(const std::filesystem::path& file);

// "there is no such file", with the nearest that there is.
std::string no_such_file(const std::filesystem::path& file);

}  // namespace ksampler

#endif
