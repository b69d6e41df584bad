// A copy of a library's file, so that the author may overwrite the file while it is in use.
#ifndef KSAMPLER_PLUGIN_PRIVATE_COPY_HPP
#define KSAMPLER_PLUGIN_PRIVATE_COPY_HPP

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace ksampler {

// Has the name of the original, in a folder of its own, and is removed with the object.
class PrivateCopy {
 public:
  // Of `bytes`, the contents of `file`: in the temporary folder, or beside `file` where nothing can be
  // written to that or loaded from it. Throws Error that names `file`.
  PrivateCopy(const std::filesystem::path& file, std::span<const std::byte> bytes);
  // In the folder `within` and nowhere else.
  PrivateCopy(const std::filesystem::path& file, std::span<const std::byte> bytes,
              const std::filesystem::path& within);
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  // The reason why not, or empty.
  std::string write(const std::filesystem::path& name, std::span<const std::byte> bytes,
                    const std::filesystem::path& within);

  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace ksampler

#endif
