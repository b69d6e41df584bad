#include "host/files/temporary_file.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& file) {
  return file.parent_path().empty() ? fs::path(".") : file.parent_path();
}

// Unlikely to be there; O_EXCL makes sure.
std::string unique_name() {
  static std::atomic<unsigned> counter{0};
  const auto now = std::chrono::system_clock::now().time_since_epoch().count();
  return ".ksampler-" + std::to_string(::getpid()) + "-" + std::to_string(now) + "-" +
         std::to_string(counter++) + ".tmp";
}

// 0, or errno. A file system that cannot sync says so in one of these ways.
int sync(int descriptor) {
  while (::fsync(descriptor) != 0) {
    if (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP) return 0;
    if (errno != EINTR) return errno;
  }
  return 0;
}

void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // the file is there; only its survival of a power cut is not assured
  sync(descriptor);
  ::close(descriptor);
}

}  // namespace

TemporaryFile::TemporaryFile(const fs::path& goal) : goal_(goal) {
  do {
    path_ = folder_of(goal) / unique_name();
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && (errno == EEXIST || errno == EINTR));
  if (descriptor_ < 0) fail("cannot be written", errno);
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void TemporaryFile::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot be written", errno);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  if (const int reason = sync(descriptor_); reason != 0) fail("cannot be written", reason);
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot be written", errno);
}

bool TemporaryFile::take_name(const fs::path& name) {
  if (::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) == 0) {
    named(name);
    return true;
  }
  if (errno == EEXIST) return false;
  // Older kernels and network file systems do not know that: a second link fails where the name is
  // taken, too. Why one of them fails is told differently from disk to disk; if no way is left, the
  // last one's reason is said.
  if (::link(path_.c_str(), name.c_str()) == 0) {
    ::unlink(path_.c_str());
    named(name);
    return true;
  }
  return errno != EEXIST && take_name_by_placeholder(name);
}

// Where a disk has neither (gcsfuse, vboxsf, exFAT): an empty file takes the name, which fails where it
// is taken, and gives way to the whole one. Who dies between the two leaves the empty one.
bool TemporaryFile::take_name_by_placeholder(const fs::path& name) {
  const int placeholder = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (placeholder < 0) {
    if (errno == EEXIST) return false;
    fail("cannot be named", errno);
  }
  ::close(placeholder);
  if (::rename(path_.c_str(), name.c_str()) != 0) {
    const int reason = errno;
    ::unlink(name.c_str());
    fail("cannot be named", reason);
  }
  named(name);
  return true;
}

void TemporaryFile::replace(const fs::path& name) {
  if (::rename(path_.c_str(), name.c_str()) != 0) fail("cannot be replaced", errno);
  named(name);
}

void TemporaryFile::named(const fs::path& name) {
  path_.clear();
  sync_folder(folder_of(name));
}

void TemporaryFile::fail(const std::string& doing, int reason) const {
  std::string message = sentence("{}: {}", doing, std::strerror(reason));
  if (reason == ENOENT) {
    message = sentence("{}: the folder {} does not exist", doing, folder_of(goal_));
  } else if (reason == ENOSPC || reason == EDQUOT || reason == EFBIG) {
    message += "; nothing was left under this name";
  }
  throw Error(Diagnostic::Kind::not_written, Place{goal_.string()}, message);
}

}  // namespace ksampler
