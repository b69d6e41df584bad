// All runs: those that wait, in their order, those that go on, and the last that ended. Thread rule:
// any thread.
#ifndef KSAMPLER_SERVE_RUN_BOOK_HPP
#define KSAMPLER_SERVE_RUN_BOOK_HPP

#include "host/runtime/runtime.hpp"
#include "host/serve/changes.hpp"
#include "host/serve/run_listener.hpp"
#include "host/serve/run_view.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace ksampler {

struct RunLimits {
  std::size_t queued = 1000;
  std::size_t finished = 1000;  // of older ones nothing is known any more; their files stay
};

class RunBook {
 public:
  // `changes` must outlive it. Ids count up from `first`.
  RunBook(Changes& changes, RunLimits limits, RunId first = 1)
      : changes_(changes), limits_(limits), next_(first) {}

  // None where the queue is full, or closed.
  std::optional<RunView> add(Submission submission);

  std::vector<RunView> all() const { return changed_since(0); }
  // In the order of ids.
  std::vector<RunView> changed_since(std::uint64_t number) const;
  std::optional<RunView> find(RunId id) const;
  std::optional<PreviewPicture> preview(RunId id) const;

  enum class Cancelled { unknown, ended_before, fine };
  // One that waits never starts; one that goes on stops at its next step.
  Cancelled cancel(RunId id);

  struct Task {
    RunId id;
    Submission submission;
    const std::atomic<bool>* stop;  // valid until the run's end is noted
  };
  // The next run, now started: waits for one. None once the book is closed.
  std::optional<Task> take();

  // How a run that was taken goes on.
  void node_begins(RunId id, const std::string& node);
  void step_done(RunId id, std::uint32_t step, std::uint32_t steps);
  void file_written(RunId id, const std::string& file);
  void warn(RunId id, const std::string& message);
  void picture(RunId id, const PreviewPicture& picture);
  void end(RunId id, RunState state, const std::vector<Diagnostic>& errors = {});

  // Cancels all that wait and all that go on, and takes no more.
  void close();

 private:
  using Clock = std::chrono::steady_clock;

  struct Entry {
    RunView view;
    std::optional<Submission> submission;
    std::shared_ptr<RunListener> listener;
    std::atomic<bool> stop{false};
    Clock::time_point began;
    std::optional<PreviewPicture> picture;
  };

  void change(RunId id, const std::function<void(Entry&)>& edit);
  void note(Entry& entry) { entry.view.changed = changes_.next(); }
  void enqueue(Entry& entry);
  // What has ended with it is to be told so once the lock is free; null: nobody.
  std::shared_ptr<RunListener> stop(Entry& entry);
  std::shared_ptr<RunListener> finish(Entry& entry, RunState state);
  RunView view_of(const Entry& entry) const;

  Changes& changes_;
  const RunLimits limits_;
  mutable std::mutex mutex_;
  std::condition_variable queued_or_closed_;
  RunId next_;
  bool closed_ = false;
  std::map<RunId, Entry> runs_;  // an entry stays where it is
  std::deque<RunId> queue_;      // by number
  std::deque<RunId> finished_;
};

}  // namespace ksampler

#endif
