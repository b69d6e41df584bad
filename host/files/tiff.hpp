// The first directory of a TIFF structure, which is what Exif's data is (JEITA CP-3451, section 4.6.2).
#ifndef KSAMPLER_FILES_TIFF_HPP
#define KSAMPLER_FILES_TIFF_HPP

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace ksampler {

struct TiffEntry {
  static constexpr std::uint32_t kAscii = 2;
  static constexpr std::uint32_t kLong = 4;

  std::uint32_t tag = 0;
  std::uint32_t type = 0;
  std::uint32_t count = 0;  // of values of that type
  std::size_t value = 0;    // where its 4 bytes are: the value, or where that is
};

// In either byte order. The bytes must outlive it.
class Tiff {
 public:
  explicit Tiff(std::span<const std::byte> bytes)
      : bytes_(bytes), little_(!bytes.empty() && bytes[0] == std::byte{'I'}) {}

  // Those before the first that the bytes do not hold.
  std::vector<TiffEntry> entries() const;
  // `count` bytes from `at`, which are in an entry.
  std::uint32_t number(std::size_t at, std::size_t count) const;
  // Of an entry of type kAscii, without its end; empty where it is another, or the bytes do not hold
  // it.
  std::string_view text(const TiffEntry& entry) const;

 private:
  bool holds(std::size_t at, std::size_t count) const {
    return at <= bytes_.size() && count <= bytes_.size() - at;
  }

  std::span<const std::byte> bytes_;
  bool little_;
};

}  // namespace ksampler

#endif
