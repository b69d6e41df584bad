#include "host/serve/changes.hpp"

namespace ksampler {

std::uint64_t Changes::next() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
  return ++number_;
}

std::uint64_t Changes::wait_past(std::uint64_t seen, std::chrono::milliseconds limit) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, limit, [&] { return number_ > seen || closed_; });
  return number_;
}

void Changes::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  changed_.notify_all();
}

bool Changes::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace ksampler
