// The threads of streams, each of which waits for what its reader is to be told. Thread rule: one
// thread.
#ifndef KSAMPLER_SERVE_HTTP_STREAM_THREADS_HPP
#define KSAMPLER_SERVE_HTTP_STREAM_THREADS_HPP

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

namespace ksampler {

class StreamThreads {
 public:
  explicit StreamThreads(std::size_t most) : most_(most) {}
  ~StreamThreads() { join(); }
  StreamThreads(const StreamThreads&) = delete;
  StreamThreads& operator=(const StreamThreads&) = delete;

  // False where as many go on as may, or as the system has.
  bool start(std::function<void()> work) {
    forget_ended();
    if (threads_.size() >= most_) return false;
    auto done = std::make_shared<std::atomic<bool>>(false);
    try {
      std::thread thread([done, work = std::move(work)]() mutable {
        work();
        work = nullptr;  // before it is done: what it holds may be waited for
        *done = true;
      });
      threads_.push_back({std::move(thread), std::move(done)});
    } catch (const std::system_error&) {
      return false;
    }
    return true;
  }

  // Waits for all.
  void join() {
    for (One& each : threads_) each.thread.join();
    threads_.clear();
  }

 private:
  void forget_ended() {
    threads_.remove_if([](One& each) {
      if (!*each.done) return false;
      each.thread.join();
      return true;
    });
  }

  struct One {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> done;
  };
  const std::size_t most_;
  std::list<One> threads_;
};

}  // namespace ksampler

#endif
