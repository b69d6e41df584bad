// Where the files of a zip are in it. Only what is stored as it is has a place that can be read.
//
// By hand, as no library that Debian has fits: libzip and libarchive give a file's bytes and never say
// where they are, so that nothing could be read in place; minizip says it once it has opened the file,
// with a buffer for each of a checkpoint's thousand tensors. What is left is a table of fixed fields.
// Format: PKWARE's APPNOTE.TXT, 4.3. Checksums are not looked at: that would read all of a file.
#ifndef KSAMPLER_FILES_TORCH_ZIP_DIRECTORY_HPP
#define KSAMPLER_FILES_TORCH_ZIP_DIRECTORY_HPP

#include "host/files/byte_source.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace ksampler {

struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

class ZipDirectory {
 public:
  struct Entry {
    std::uint64_t header = 0;  // where its local header begins
    std::uint64_t packed = 0;  // bytes in the zip
    std::uint64_t size = 0;    // bytes when unpacked
    std::uint16_t method = 0;
    std::uint16_t flags = 0;
  };

  // Reads the directory. Throws Error as all functions here: no zip, cut short, or one that says two
  // things. `source` must outlive the directory.
  explicit ZipDirectory(const ByteSource& source);

  const std::map<std::string, Entry>& entries() const { return entries_; }

  // REQUIRES: an entry of this name. Throws Error where it is compressed, encrypted or outside.
  ByteRange place_of(const std::string& name) const;

 private:
  const ByteSource& source_;
  std::map<std::string, Entry> entries_;
};

}  // namespace ksampler

#endif
