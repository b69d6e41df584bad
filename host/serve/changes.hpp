// A count of what has changed, on which streams of events wait. Thread rule: any thread.
#ifndef KSAMPLER_SERVE_CHANGES_HPP
#define KSAMPLER_SERVE_CHANGES_HPP

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace ksampler {

// Who changes something holds its lock, takes a number here, and notes it on what changed. Who waits
// sees the number, and then asks for all with a higher one than it had: nothing is missed, and what
// changed many times meanwhile is seen once.
class Changes {
 public:
  // The number of a change that is made now. Wakes who waits.
  std::uint64_t next();

  // The latest number: at once where it is above `seen`, else after the next change, `limit` or
  // close().
  std::uint64_t wait_past(std::uint64_t seen, std::chrono::milliseconds limit) const;

  // Nobody waits any more.
  void close();
  bool closed() const;

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t number_ = 0;
  bool closed_ = false;
};

}  // namespace ksampler

#endif
