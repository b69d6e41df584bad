// Stops a run when a file changes that it was made from: nobody wants the rest of it.
#ifndef KSAMPLER_CLI_STOP_ON_CHANGE_HPP
#define KSAMPLER_CLI_STOP_ON_CHANGE_HPP

#include "host/plugin/settled_file.hpp"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

namespace ksampler {

using FileStamps = std::map<std::filesystem::path, std::optional<FileStamp>>;

// Looks from a thread of its own, ten times a second, for as long as it lives.
class StopOnChange {
 public:
  // `files`: as they were when they were read. `interrupted` stops as well, and must outlive it.
  StopOnChange(FileStamps files, const std::atomic<bool>& interrupted);

  // For the run: set when it is to stop.
  const std::atomic<bool>& stop() const { return stop_; }
  // Whether that was because of a file.
  bool changed() const { return changed_; }

 private:
  bool differs() const;
  void look(const std::stop_token& end);

  const FileStamps files_;
  const std::atomic<bool>& interrupted_;
  std::atomic<bool> stop_{false};
  std::atomic<bool> changed_{false};
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace ksampler

#endif
