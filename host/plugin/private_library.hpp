// Maps a private copy of a library's file, so that the author may overwrite the file meanwhile, and so
// that the same path loaded again gives the new code.
#ifndef KSAMPLER_PLUGIN_PRIVATE_LIBRARY_HPP
#define KSAMPLER_PLUGIN_PRIVATE_LIBRARY_HPP

#include <boost/dll/shared_library.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <vector>

namespace ksampler {

// All bytes of a file. Throws Error that names it.
std::vector<std::byte> read_file(const std::filesystem::path& file);

// Loads `bytes`, the contents of `file`. The code stays mapped until the process ends, even when the
// result is destroyed: threads, thread_local destructors and exceptions outlive any count of leases.
boost::dll::shared_library load_private(const std::filesystem::path& file,
                                        std::span<const std::byte> bytes);

}  // namespace ksampler

#endif
