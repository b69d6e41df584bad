// A file mapped for reading. The mapping lives as long as the object; the file must not be cut short by
// somebody else meanwhile.
#ifndef KSAMPLER_FILES_MAPPED_FILE_HPP
#define KSAMPLER_FILES_MAPPED_FILE_HPP

#include <cstddef>
#include <filesystem>
#include <span>

namespace ksampler {

class MappedFile {
 public:
  // Throws Error that names the file: not there, no regular file, not readable.
  explicit MappedFile(const std::filesystem::path& file);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }

  // Gives the memory of these bytes back, whole pages of it: they are read from the file again when
  // they are needed. Nothing where they are not of the map.
  void forget(std::span<const std::byte> bytes) const;

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace ksampler

#endif
