#include "host/cli/stop_on_change.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace ksampler {

StopOnChange::StopOnChange(FileStamps files, const std::atomic<bool>& interrupted)
    : files_(std::move(files)),
      interrupted_(interrupted),
      thread_([this](const std::stop_token& end) { look(end); }) {}

// One that is away for a moment is being written.
bool StopOnChange::differs() const {
  return std::any_of(files_.begin(), files_.end(), [](const auto& file) {
    const auto now = stamp_of(file.first);
    return now && now != file.second;
  });
}

void StopOnChange::look(const std::stop_token& end) {
  using namespace std::chrono_literals;
  std::unique_lock lock(mutex_);
  while (!end.stop_requested() && !stop_) {
    // An interrupt is looked for oftener: a signal handler cannot wake this.
    for (int turn = 0; turn < 10 && !interrupted_ && !end.stop_requested(); ++turn)
      ended_.wait_for(lock, end, 10ms, [] { return false; });
    if (end.stop_requested()) return;
    changed_ = differs();
    stop_ = changed_ || interrupted_;
  }
}

}  // namespace ksampler
