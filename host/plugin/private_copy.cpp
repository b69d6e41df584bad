#include "host/plugin/private_copy.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> folders_for_copies(const fs::path& file) {
  std::error_code error;
  std::vector<fs::path> folders;
  if (fs::path temporary = fs::temp_directory_path(error); !error) folders.push_back(temporary);
  folders.push_back(file.has_parent_path() ? file.parent_path() : fs::path("."));
  return folders;
}

bool is_mounted_noexec(const fs::path& folder) {
  struct statvfs facts {};
  return ::statvfs(folder.c_str(), &facts) == 0 && (facts.f_flag & ST_NOEXEC) != 0;
}

// 0, or the errno.
int write_all(const fs::path& file, std::span<const std::byte> bytes) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno;
  int reason = 0;
  while (reason == 0 && !bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      reason = errno;
    }
  }
  ::close(descriptor);
  return reason;
}

[[noreturn]] void fail(const fs::path& file, const std::string& problem) {
  throw Error(Place{file.string()}, "cannot be loaded: " + problem);
}

}  // namespace

PrivateCopy::PrivateCopy(const fs::path& file, std::span<const std::byte> bytes) {
  std::string first_problem;
  for (const fs::path& folder : folders_for_copies(file)) {
    const std::string problem =
        is_mounted_noexec(folder)
            ? sentence("no code is loaded from {}, which is mounted noexec", folder)
            : write(file.filename(), bytes, folder);
    if (problem.empty()) return;
    if (first_problem.empty()) first_problem = problem;
  }
  fail(file, first_problem);
}

PrivateCopy::PrivateCopy(const fs::path& file, std::span<const std::byte> bytes,
                         const fs::path& within) {
  if (const std::string problem = write(file.filename(), bytes, within); !problem.empty())
    fail(file, problem);
}

PrivateCopy::~PrivateCopy() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::string PrivateCopy::write(const fs::path& name, std::span<const std::byte> bytes,
                               const fs::path& within) {
  std::string pattern =
      (within / (".ksampler-plugin-" + std::to_string(::getpid()) + "-XXXXXX")).string();
  int reason = ::mkdtemp(pattern.data()) == nullptr ? errno : 0;
  if (reason == 0) {
    reason = write_all(fs::path(pattern) / name, bytes);
    if (reason == 0) {
      folder_ = pattern;
      path_ = folder_ / name;
      return {};
    }
    std::error_code ignored;
    fs::remove_all(pattern, ignored);
  }
  return sentence("no private copy of it can be written to {}: {}", within, std::strerror(reason));
}

}  // namespace ksampler
