#include "host/files/torch/zip_directory.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace ksampler {
namespace {

// A checkpoint has a thousand entries of some 100 bytes.
constexpr std::uint64_t kMostDirectoryBytes = 32'000'000;

constexpr std::uint32_t kLocalSign = 0x04034b50;
constexpr std::uint32_t kEntrySign = 0x02014b50;
constexpr std::uint32_t kEndSign = 0x06054b50;
constexpr std::uint32_t kEnd64Sign = 0x06064b50;
constexpr std::uint32_t kLocator64Sign = 0x07064b50;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocator64Bytes = 20;
constexpr std::size_t kMostCommentBytes = 0xFFFF;
constexpr std::uint16_t kZip64Field = 1;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;  // "the number stands in the entry's zip64 field"
constexpr std::uint16_t kEncrypted = 1;

[[noreturn]] void fail(const ByteSource& source, const std::string& what) {
  throw Error(Place{source.name}, what);
}

template <typename T>
T number_at(std::span<const std::byte> bytes, std::size_t at) {
  T number{};
  std::memcpy(&number, bytes.subspan(at, sizeof number).data(), sizeof number);
  return number;
}

struct Extent {
  ByteRange range;
  std::uint64_t entries = 0;
};

// The record at the end, behind which only its comment stands.
std::optional<std::size_t> find_end(std::span<const std::byte> tail) {
  if (tail.size() < kEndBytes) return {};
  for (std::size_t at = tail.size() - kEndBytes + 1; at-- > 0;) {
    if (number_at<std::uint32_t>(tail, at) != kEndSign) continue;
    if (at + kEndBytes + number_at<std::uint16_t>(tail, at + 20) == tail.size()) return at;
  }
  return {};
}

// That of a zip of more than 4 GB or 65,535 files, where a locator before the end leads to it.
std::optional<Extent> find_end64(const ByteSource& source, std::uint64_t end) {
  if (end < kLocator64Bytes) return {};
  const auto locator = read_bytes(source, end - kLocator64Bytes, kLocator64Bytes);
  if (number_at<std::uint32_t>(locator, 0) != kLocator64Sign) return {};
  const auto at = number_at<std::uint64_t>(locator, 8);
  if (at > source.size || source.size - at < kEnd64Bytes) {
    fail(source, sentence("is a damaged zip file: its directory's end should be at byte {}, and the "
                          "file has {}",
                          at, source.size));
  }
  const auto record = read_bytes(source, at, kEnd64Bytes);
  if (number_at<std::uint32_t>(record, 0) != kEnd64Sign) {
    fail(source, sentence("is a damaged zip file: at byte {} there is no end of a directory", at));
  }
  return Extent{{number_at<std::uint64_t>(record, 48), number_at<std::uint64_t>(record, 40)},
                number_at<std::uint64_t>(record, 32)};
}

Extent find_directory(const ByteSource& source) {
  const std::uint64_t size = std::min<std::uint64_t>(source.size, kEndBytes + kMostCommentBytes);
  const auto tail = read_bytes(source, source.size - size, size);
  const auto end = find_end(tail);
  if (!end) {
    fail(source,
         "is cut short: a zip file, such as torch.save writes, has its directory at its end, and "
         "there is none");
  }
  Extent extent{{number_at<std::uint32_t>(tail, *end + 16), number_at<std::uint32_t>(tail, *end + 12)},
                number_at<std::uint16_t>(tail, *end + 10)};
  const std::uint64_t end_at = source.size - size + *end;
  if (const auto in64 = find_end64(source, end_at); in64) extent = *in64;
  if (extent.range.begin > end_at || extent.range.size > end_at - extent.range.begin) {
    fail(source, sentence("is a damaged zip file: its directory should have {} bytes from byte {} on, "
                          "and the file has {}",
                          extent.range.size, extent.range.begin, source.size));
  }
  if (extent.range.size > kMostDirectoryBytes) {
    fail(source, sentence("is a zip file with a directory of {} bytes; at most {} are accepted",
                          extent.range.size, kMostDirectoryBytes));
  }
  return extent;
}

// Puts the numbers that an entry has no room for in their places: each that is all ones, in this order.
void read_zip64_field(std::span<const std::byte> extra, ZipDirectory::Entry& entry) {
  while (extra.size() >= 4) {
    const auto id = number_at<std::uint16_t>(extra, 0);
    const std::size_t size = number_at<std::uint16_t>(extra, 2);
    extra = extra.subspan(4);
    if (size > extra.size()) return;
    if (id == kZip64Field) {
      auto field = extra.first(size);
      for (std::uint64_t* number : {&entry.size, &entry.packed, &entry.header}) {
        if (*number != kIn64 || field.size() < 8) continue;
        *number = number_at<std::uint64_t>(field, 0);
        field = field.subspan(8);
      }
      return;
    }
    extra = extra.subspan(size);
  }
}

}  // namespace

ZipDirectory::ZipDirectory(const ByteSource& source) : source_(source) {
  const Extent extent = find_directory(source);
  const auto bytes = read_bytes(source, extent.range.begin, extent.range.size);
  std::span<const std::byte> left(bytes);
  std::uint64_t count = 0;
  for (; !left.empty(); ++count) {
    if (left.size() < kEntryBytes || number_at<std::uint32_t>(left, 0) != kEntrySign) {
      fail(source, sentence("is a damaged zip file: entry {} of its directory is none", count));
    }
    const std::size_t name_size = number_at<std::uint16_t>(left, 28);
    const std::size_t extra_size = number_at<std::uint16_t>(left, 30);
    const std::size_t size = kEntryBytes + name_size + extra_size + number_at<std::uint16_t>(left, 32);
    if (size > left.size()) {
      fail(source, sentence("is a damaged zip file: entry {} of its directory is cut short", count));
    }
    const auto name = left.subspan(kEntryBytes, name_size);
    Entry entry{number_at<std::uint32_t>(left, 42), number_at<std::uint32_t>(left, 20),
                number_at<std::uint32_t>(left, 24), number_at<std::uint16_t>(left, 10),
                number_at<std::uint16_t>(left, 8)};
    read_zip64_field(left.subspan(kEntryBytes + name_size, extra_size), entry);
    const std::string key(text_of(name));
    if (!entries_.emplace(key, entry).second) {
      fail(source, sentence("is a zip file with two entries {}", quote(key)));
    }
    left = left.subspan(size);
  }
  if (count != extent.entries) {
    fail(source, sentence("is a damaged zip file: its directory should have {} entries, and has {}",
                          extent.entries, count));
  }
}

ByteRange ZipDirectory::place_of(const std::string& name) const {
  const Entry& entry = entries_.at(name);
  const auto fail_entry = [&](const std::string& what) {
    fail(source_, sentence("has an entry {} that {}", quote(name), what));
  };
  if ((entry.flags & kEncrypted) != 0) fail_entry("is encrypted; torch.save writes them open");
  if (entry.method != 0 || entry.packed != entry.size) {
    fail_entry(
        "is compressed; torch.save writes them as they are, and only so can they be read in place: "
        "unzip the file, and zip it again with `zip -0 -r`");
  }
  if (entry.header > source_.size || source_.size - entry.header < kLocalBytes) {
    fail_entry(sentence("should begin at byte {}, and the file has {}", entry.header, source_.size));
  }
  const auto local = read_bytes(source_, entry.header, kLocalBytes);
  if (number_at<std::uint32_t>(local, 0) != kLocalSign) {
    fail_entry(sentence("should begin at byte {}, where none begins", entry.header));
  }
  const std::uint64_t begin = entry.header + kLocalBytes + number_at<std::uint16_t>(local, 26) +
                              number_at<std::uint16_t>(local, 28);
  if (begin > source_.size || entry.size > source_.size - begin) {
    fail_entry(
        sentence("has {} bytes from byte {} on, and the file has {}", entry.size, begin, source_.size));
  }
  return {begin, entry.size};
}

}  // namespace ksampler
