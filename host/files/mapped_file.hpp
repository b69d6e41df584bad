// A file's bytes as memory: private, read-only, and nobody's copy. What a mapping cannot do by itself
// is fail: where the file is cut short, or its disk fails, the system sends a signal (SIGBUS) that ends
// the program. Here such a page reads as zeros from then on, and the mapping says so; who used it must
// ask, as what was computed is worth nothing. Thread rule: any thread.
#ifndef KSAMPLER_FILES_MAPPED_FILE_HPP
#define KSAMPLER_FILES_MAPPED_FILE_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace ksampler {

class MappedFile {
 public:
  // Maps an open file; it may be closed, renamed or removed afterwards. Null where that is not
  // possible: an empty file, no room for addresses (`ulimit -v`), a great many mappings.
  static std::unique_ptr<MappedFile> map(int descriptor, std::uint64_t size);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return bytes_; }
  // Whether a page could not be read, and was zeros.
  bool is_damaged() const;

 private:
  struct Watched;
  friend class WatchedMappings;
  MappedFile(std::span<const std::byte> bytes, Watched& watched) : bytes_(bytes), watched_(&watched) {}

  std::span<const std::byte> bytes_;
  Watched* watched_;
};

// Of a part of a mapping, whole pages of it: they leave this process's memory, and come again from the
// file when they are used; or they are read ahead into the system's cache, while others are used.
void let_go_of_pages(std::span<const std::byte> part);
void read_pages_ahead(std::span<const std::byte> part);

}  // namespace ksampler

#endif
