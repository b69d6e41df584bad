#include "host/session/noise_ahead.hpp"

#include <cstring>
#include <utility>

namespace ksampler {

NoiseAhead::NoiseAhead(std::unique_ptr<WhiteNoise> source, std::size_t size)
    : source_(std::move(source)), buffer_(size), thread_([this] { work(); }) {}

NoiseAhead::~NoiseAhead() {
  {
    std::unique_lock lock(mutex_);
    wait_until_free(lock);
    state_ = Work::end;
  }
  changed_.notify_all();
  thread_.join();
}

void NoiseAhead::wait_until_free(std::unique_lock<std::mutex>& lock) {
  changed_.wait(lock, [this] { return state_ != Work::asked; });
}

void NoiseAhead::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return state_ == Work::asked || state_ == Work::end; });
    if (state_ == Work::end) return;
    lock.unlock();
    try {
      source_->fill(buffer_.data(), 0.0, 0.0);
    } catch (...) {
      failure_ = std::current_exception();
    }
    lock.lock();
    state_ = Work::done;
    changed_.notify_all();
  }
}

void NoiseAhead::expect(double, double) {
  {
    const std::unique_lock lock(mutex_);
    if (state_ != Work::none) return;  // the draw before was not asked for yet
    state_ = Work::asked;
  }
  changed_.notify_all();
}

void NoiseAhead::fill(float* out, double sigma, double sigma_next) {
  std::unique_lock lock(mutex_);
  wait_until_free(lock);
  const bool ahead = std::exchange(state_, Work::none) == Work::done;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (ahead) {
    std::memcpy(out, buffer_.data(), buffer_.size() * sizeof(float));
  } else {
    source_->fill(out, sigma, sigma_next);
  }
}

}  // namespace ksampler
