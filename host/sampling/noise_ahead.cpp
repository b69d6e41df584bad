#include "host/sampling/noise_ahead.hpp"

#include <ATen/Functions.h>
#include <c10/core/InferenceMode.h>

#include <utility>

namespace ksampler {

NoiseAhead::NoiseAhead(std::unique_ptr<NoiseSource> source, const at::Tensor& like)
    : source_(std::move(source)),
      // Where the source writes without a conversion; the copy to the latent's device is the run's.
      buffer_(at::empty(like.sizes(), at::kFloat)),
      thread_([this, inference = c10::InferenceMode::is_enabled()] {
        const c10::InferenceMode mode(inference);
        work();
      }) {}

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
      source_->draw(buffer_, 0.0, 0.0);
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

void NoiseAhead::draw(at::Tensor& out, double sigma, double sigma_next) {
  std::unique_lock lock(mutex_);
  wait_until_free(lock);
  const bool ahead = std::exchange(state_, Work::none) == Work::done;
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  if (ahead) {
    out.copy_(buffer_);
  } else {
    source_->draw(out, sigma, sigma_next);
  }
}

}  // namespace ksampler
