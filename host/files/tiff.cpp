#include "host/files/tiff.hpp"

namespace ksampler {
namespace {

constexpr std::size_t kHead = 8;    // bytes
constexpr std::size_t kEntry = 12;  // bytes
constexpr std::size_t kValue = 4;   // bytes: a longer one is elsewhere

}  // namespace

std::vector<TiffEntry> Tiff::entries() const {
  if (!holds(0, kHead)) return {};
  const std::size_t directory = number(4, 4);
  if (!holds(directory, 2)) return {};
  std::vector<TiffEntry> entries;
  const std::size_t count = number(directory, 2);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = directory + 2 + kEntry * i;
    if (!holds(at, kEntry)) break;
    entries.push_back({number(at, 2), number(at + 2, 2), number(at + 4, 4), at + 8});
  }
  return entries;
}

std::uint32_t Tiff::number(std::size_t at, std::size_t count) const {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t place = little_ ? at + count - 1 - i : at + i;
    value = value << 8 | std::to_integer<std::uint32_t>(bytes_[place]);
  }
  return value;
}

std::string_view Tiff::text(const TiffEntry& entry) const {
  const std::size_t at = entry.count > kValue ? number(entry.value, 4) : entry.value;
  if (entry.type != TiffEntry::kAscii || !holds(at, entry.count)) return {};
  const std::string_view text{reinterpret_cast<const char*>(bytes_.data()) + at, entry.count};
  return text.substr(0, text.find('\0'));
}

}  // namespace ksampler
