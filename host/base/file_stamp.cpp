#include "host/base/file_stamp.hpp"

namespace ksampler {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

FileStamp stamp_of(const struct ::stat& facts) {
  return {facts.st_dev, facts.st_ino, static_cast<std::uint64_t>(facts.st_size),
          nanoseconds(facts.st_mtim), nanoseconds(facts.st_ctim)};
}

std::optional<FileStamp> stamp_of(const std::filesystem::path& file) {
  struct ::stat facts {};
  if (::stat(file.c_str(), &facts) != 0) return std::nullopt;
  return stamp_of(facts);
}

}  // namespace ksampler
