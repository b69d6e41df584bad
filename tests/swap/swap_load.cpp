#include "tests/swap/swap_load.hpp"

#include "tests/swap/swap_case.hpp"

#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

namespace ksampler::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kSteps = 5;
constexpr std::chrono::microseconds kStep{500};  // of the model
// Of runs; more are overwritten, so that memory is only what swaps need.
constexpr std::size_t kKeptTimes = 4096;
constexpr auto kLongest = 60s;  // for a first run

std::size_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::size_t all = 0;
  std::size_t resident = 0;
  file >> all >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Runs without a pause, each on the snapshot that is current when it begins.
class Runners {
 public:
  Runners(const LivePlugins& plugins, int count) : plugins_(plugins) {
    for (int i = 0; i < count; ++i) threads_.emplace_back([this] { run(); });
  }
  ~Runners() { stop(); }

  void stop() {
    stop_ = true;
    for (std::thread& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }

  struct Run {
    Clock::time_point began;
    Clock::time_point ended;
    double mark = 0;
  };
  // The first run on this snapshot that ends from now on. None where none does.
  std::optional<Run> first_run_on(std::shared_ptr<const Registry> snapshot) {
    std::unique_lock lock(mutex_);
    awaited_ = std::move(snapshot);
    first_.reset();
    ended_.wait_for(lock, kLongest, [&] { return first_.has_value(); });
    awaited_.reset();
    return first_;
  }

  void fill(LoadResult& result) {
    const std::lock_guard lock(mutex_);
    result.runs = runs_;
    result.failed_runs = failed_;
    result.mixed_runs = mixed_;
    if (result.problem.empty()) result.problem = problem_;
    const std::size_t kept = std::min<std::size_t>(runs_, kKeptTimes);
    std::sort(times_.begin(), times_.begin() + static_cast<std::ptrdiff_t>(kept));
    result.run_milliseconds = times_[kept / 2];
  }

 private:
  void run() {
    while (!stop_) {
      const auto snapshot = plugins_.current();
      const auto began = Clock::now();
      const RunMarks marks = run_through(*snapshot, kSteps, kStep);
      const auto ended = Clock::now();
      const std::lock_guard lock(mutex_);
      times_[runs_++ % kKeptTimes] = milliseconds(ended - began);
      if (!marks.message.empty()) {
        ++failed_;
        if (problem_.empty()) problem_ = marks.message;
      } else if (!marks.is_of_one()) {
        ++mixed_;
      }
      if (awaited_ == snapshot && !first_) {
        first_ = Run{began, ended, marks.first};
        ended_.notify_all();
      }
    }
  }

  const LivePlugins& plugins_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::condition_variable ended_;
  std::shared_ptr<const Registry> awaited_;
  std::optional<Run> first_;
  std::vector<double> times_ = std::vector<double>(kKeptTimes);
  std::uint64_t runs_ = 0;
  std::uint64_t failed_ = 0;
  std::uint64_t mixed_ = 0;
  std::string problem_;
  std::vector<std::thread> threads_;
};

// The other variant, written as linkers write in turn: over the file that is there, and beside it.
void write_next(const SwapFolder& folder, std::uint64_t swap, int variant) {
  if (swap % 2 == 0) {
    folder.put(variant);
  } else {
    folder.rename_over(variant);
  }
}

}  // namespace

LoadResult swap_under_load(std::uint64_t swaps, int runners) {
  LoadResult result;
  const auto measured = {&result.settled_to_published, &result.settled_to_begun,
                         &result.settled_to_ended, &result.written_to_begun};
  // As large as they will be from the start, so that what grows is not this.
  for (std::vector<double>* times : measured) times->resize(swaps);
  result.resident.resize(swaps);
  const SwapFolder folder(1);
  LivePlugins plugins({folder.path()});
  Runners running(plugins, runners);
  for (std::uint64_t swap = 0; swap < swaps && result.problem.empty(); ++swap) {
    const int variant = swap % 2 == 0 ? 2 : 1;
    write_next(folder, swap, variant);
    const auto written = Clock::now();
    const PluginChange change = plugins.swap("swap");
    const auto published = Clock::now();
    if (change.kind != PluginChange::Kind::swapped) {
      result.problem = "swap " + std::to_string(swap) + ": " +
                       (change.problems.empty() ? "unchanged" : Error(change.problems).what());
      break;
    }
    const auto run = running.first_run_on(plugins.current());
    if (!run || run->mark != variant) {
      result.problem = "no run on variant " + std::to_string(variant);
      break;
    }
    const double took = 1000 * change.took.count();
    result.settled_to_published[swap] = took;
    result.settled_to_begun[swap] = took + milliseconds(run->began - published);
    result.settled_to_ended[swap] = took + milliseconds(run->ended - published);
    result.written_to_begun[swap] = milliseconds(run->began - written);
    result.resident[swap] = resident_bytes();
    ++result.swaps;
  }
  for (std::vector<double>* times : measured) times->resize(result.swaps);
  result.resident.resize(result.swaps);
  running.stop();
  running.fill(result);
  for (const RetiredGenerations& retired : plugins.retired()) {
    result.unmapped += retired.unmapped;
    result.still_mapped += retired.mapped;
  }
  return result;
}

}  // namespace ksampler::test
