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

// A copy of a library's file under a name of its own, for as long as the object lives.
class PrivateCopy {
 public:
  // Throws Error that names `file`.
  PrivateCopy(const std::filesystem::path& file, std::span<const std::byte> bytes);
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

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
