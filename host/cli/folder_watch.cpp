#include "host/cli/folder_watch.hpp"

#include "host/base/error.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace ksampler {
namespace {

constexpr std::uint32_t kEvents = IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE |
                                  IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

std::filesystem::path nearest_existing(std::filesystem::path folder) {
  std::error_code error;
  folder = std::filesystem::absolute(folder).lexically_normal();
  while (folder.has_relative_path() && !std::filesystem::is_directory(folder, error))
    folder = folder.parent_path();
  return folder;
}

}  // namespace

FolderWatch::FolderWatch() : descriptor_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
  if (descriptor_ < 0)
    throw Error(std::string("files cannot be watched: inotify: ") + std::strerror(errno));
}

FolderWatch::~FolderWatch() { ::close(descriptor_); }

void FolderWatch::set(const std::set<std::filesystem::path>& folders) {
  std::map<std::filesystem::path, int> wanted;
  for (const auto& folder : folders) {
    const std::filesystem::path existing = nearest_existing(folder);
    // Added even where it is watched: a folder may have been replaced by another of its name.
    const int watch = ::inotify_add_watch(descriptor_, existing.c_str(), kEvents | IN_ONLYDIR);
    if (watch < 0 && errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
      throw Error(Place{existing.string()}, std::string("cannot be watched: ") + std::strerror(errno));
    }
    if (watch >= 0) wanted[existing] = watch;
  }
  std::set<int> kept;
  for (const auto& [folder, watch] : wanted) kept.insert(watch);
  for (const auto& [folder, watch] : watched_) {
    if (!kept.contains(watch)) ::inotify_rm_watch(descriptor_, watch);
  }
  watched_ = std::move(wanted);
}

void FolderWatch::wait(std::chrono::milliseconds quiet) {
  if (!take(1000)) return;
  const auto end = std::chrono::steady_clock::now() + 10 * quiet;
  while (std::chrono::steady_clock::now() < end && take(static_cast<int>(quiet.count()))) {
  }
}

bool FolderWatch::take(int milliseconds) {
  pollfd polled{descriptor_, POLLIN, 0};
  if (::poll(&polled, 1, milliseconds) <= 0) return false;
  alignas(inotify_event) std::array<char, 16384> events;
  while (::read(descriptor_, events.data(), events.size()) > 0) {
  }
  return true;
}

}  // namespace ksampler
