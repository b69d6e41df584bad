// Sleeps until something happens in some folders (inotify).
#ifndef KSAMPLER_CLI_FOLDER_WATCH_HPP
#define KSAMPLER_CLI_FOLDER_WATCH_HPP

#include <chrono>
#include <filesystem>
#include <map>
#include <set>

namespace ksampler {

class FolderWatch {
 public:
  // Throws Error where the kernel gives none.
  FolderWatch();
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

  // From now on these and no others. One that does not exist is watched through the nearest folder
  // above it that does.
  void set(const std::set<std::filesystem::path>& folders);

  // Until something happened and nothing more has for as long as `quiet`, but no longer than ten times
  // that: editors and builds write more than one file. What happened since the last call counts. Or
  // until a second has passed, or a signal came: some file systems tell nothing.
  void wait(std::chrono::milliseconds quiet);

 private:
  // Takes what there is; false where there is nothing within the time, or a signal came.
  bool take(int milliseconds);

  int descriptor_;
  std::map<std::filesystem::path, int> watched_;
};

}  // namespace ksampler

#endif
