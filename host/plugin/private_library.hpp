// Maps a private copy of a library's file, so that the same path loaded again gives the new code.
#ifndef KSAMPLER_PLUGIN_PRIVATE_LIBRARY_HPP
#define KSAMPLER_PLUGIN_PRIVATE_LIBRARY_HPP

#include <boost/dll/shared_library.hpp>

#include <cstddef>
#include <filesystem>
#include <span>

namespace ksampler {

// Whether code stays mapped until the process ends, or goes with the last object that has it. Threads,
// thread_local destructors and exceptions outlive any count of leases: see unmapping.hpp.
enum class Mapping { stays, goes };

// Loads a file as it lies there; `file` is what messages call it.
boost::dll::shared_library load_in_place(const std::filesystem::path& path,
                                         const std::filesystem::path& file,
                                         Mapping mapping = Mapping::stays);

// Loads `bytes`, the contents of `file`.
boost::dll::shared_library load_private(const std::filesystem::path& file,
                                        std::span<const std::byte> bytes,
                                        Mapping mapping = Mapping::stays);

}  // namespace ksampler

#endif
