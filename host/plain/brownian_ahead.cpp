#include "host/plain/brownian_ahead.hpp"

#include <algorithm>
#include <cstring>

namespace ksampler {
namespace {

// Two increments a step, for this step and the next.
constexpr std::size_t kMostJobs = 4;

}  // namespace

BrownianTree::Ahead::~Ahead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

BrownianTree::Ahead::Jobs::iterator BrownianTree::Ahead::find(float sigma, float sigma_next) {
  return std::find_if(jobs_.begin(), jobs_.end(), [&](const Job& job) {
    return job.sigma == sigma && job.sigma_next == sigma_next;
  });
}

void BrownianTree::Ahead::remove(Jobs::iterator job) {
  if (!job->value.empty()) spare_.push_back(std::move(job->value));
  jobs_.erase(job);
}

void BrownianTree::Ahead::request(float sigma, float sigma_next) {
  const std::lock_guard lock(mutex_);
  if (find(sigma, sigma_next) != jobs_.end()) return;
  if (jobs_.size() >= kMostJobs) {
    const auto oldest = std::find_if(jobs_.begin(), jobs_.end(),
                                     [](const Job& job) { return job.stage != Stage::running; });
    remove(oldest);
  }
  jobs_.push_back({.sigma = sigma, .sigma_next = sigma_next});
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
  changed_.notify_all();
}

void BrownianTree::Ahead::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    auto job = jobs_.end();
    changed_.wait(lock, [&] {
      job = std::find_if(jobs_.begin(), jobs_.end(),
                         [](const Job& one) { return one.stage == Stage::waiting; });
      return stop_ || job != jobs_.end();
    });
    if (stop_) return;
    job->stage = Stage::running;
    if (!spare_.empty()) {
      job->value = std::move(spare_.back());
      spare_.pop_back();
    }
    lock.unlock();
    // A running job is not touched by the other thread.
    try {
      job->value.resize(path_.size());
      const std::lock_guard path_lock(path_mutex_);
      path_.increment_into(job->value.data(), job->sigma, job->sigma_next, false);
    } catch (...) {
      job->failure = std::current_exception();
    }
    lock.lock();
    job->stage = Stage::done;
    changed_.notify_all();
  }
}

void BrownianTree::Ahead::increment_into(float* out, float sigma, float sigma_next) {
  {
    std::unique_lock lock(mutex_);
    const auto job = find(sigma, sigma_next);
    if (job != jobs_.end() && job->stage != Stage::waiting) {
      changed_.wait(lock, [&] { return job->stage == Stage::done; });
      const std::exception_ptr failure = job->failure;
      if (!failure) std::memcpy(out, job->value.data(), job->value.size() * sizeof(float));
      remove(job);
      if (failure) std::rethrow_exception(failure);
      return;
    }
    if (job != jobs_.end()) remove(job);  // not begun: this thread is the faster
  }
  const std::lock_guard path_lock(path_mutex_);
  path_.increment_into(out, sigma, sigma_next, true);
}

}  // namespace ksampler
