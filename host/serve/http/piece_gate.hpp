// Hands pieces from the thread that makes them to the one that sends them, one at a time.
#ifndef KSAMPLER_SERVE_HTTP_PIECE_GATE_HPP
#define KSAMPLER_SERVE_HTTP_PIECE_GATE_HPP

#include <condition_variable>
#include <mutex>

namespace ksampler {

class PieceGate {
 public:
  // Calls `send`, and waits until it was sent. False where the reader is gone.
  template <typename Send>
  bool pass(Send send) {
    std::unique_lock lock(mutex_);
    if (gone_) return false;
    sending_ = true;
    lock.unlock();
    send();
    lock.lock();
    changed_.wait(lock, [&] { return !sending_ || gone_; });
    return !gone_;
  }

  void sent() {
    const std::lock_guard lock(mutex_);
    sending_ = false;
    changed_.notify_all();
  }

  bool is_closed() const {
    const std::lock_guard lock(mutex_);
    return gone_;
  }

  void end() {
    const std::lock_guard lock(mutex_);
    gone_ = true;
    changed_.notify_all();
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool sending_ = false;
  bool gone_ = false;
};

}  // namespace ksampler

#endif
