#include "host/base/file_stamp.hpp"

#include <algorithm>

namespace ksampler {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

constexpr int kDeepest = 2;  // a model in parts has its files in folders of its own

void add_files(FileStamp& stamp, const std::filesystem::path& folder, int deepest) {
  std::error_code error;
  for (auto at = std::filesystem::directory_iterator(folder, error);
       !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    struct ::stat facts {};
    if (::stat(at->path().c_str(), &facts) != 0) continue;
    const FileStamp one = stamp_of(facts);
    stamp.size += one.size;
    stamp.inode ^= one.inode * std::uint64_t{0x9E3779B97F4A7C15};
    stamp.written = std::max(stamp.written, one.written);
    stamp.changed = std::max(stamp.changed, one.changed);
    if (S_ISDIR(facts.st_mode) && deepest > 1) add_files(stamp, at->path(), deepest - 1);
  }
}

}  // namespace

FileStamp stamp_of(const struct ::stat& facts) {
  return {facts.st_dev, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
          nanoseconds(facts.st_mtim), nanoseconds(facts.st_ctim)};
}

std::optional<FileStamp> stamp_of(const std::filesystem::path& file) {
  struct ::stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return std::nullopt;
  FileStamp stamp = stamp_of(facts);
  if (S_ISDIR(facts.st_mode)) add_files(stamp, file, kDeepest);
  return stamp;
}

}  // namespace ksampler
