#include "bench/memory_floor.hpp"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <map>
#include <vector>

namespace ksampler::bench {
namespace {

double measure(std::size_t bytes) {
  std::vector<std::byte> from(bytes / 2, std::byte{1}), to(bytes / 2);
  const auto copy = [&] {
    std::memcpy(to.data(), from.data(), from.size());
    benchmark::ClobberMemory();
    benchmark::DoNotOptimize(to.data());
  };
  // As many copies as fill a millisecond, measured 31 times.
  int copies = 1;
  for (double seconds = 0; seconds < 1e-3; copies *= 2) {
    const double begin = thread_seconds();
    for (int i = 0; i < copies; ++i) copy();
    seconds = thread_seconds() - begin;
  }
  std::vector<double> times;
  for (int turn = 0; turn < 31; ++turn) {
    const double begin = thread_seconds();
    for (int i = 0; i < copies; ++i) copy();
    times.push_back((thread_seconds() - begin) / copies);
  }
  std::nth_element(times.begin(), times.begin() + 15, times.end());
  return times[15];
}

}  // namespace

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

double memory_floor(std::size_t bytes) {
  static std::map<std::size_t, double> measured;
  const auto [found, is_new] = measured.try_emplace(bytes, 0.0);
  if (is_new) found->second = measure(bytes);
  return found->second;
}

void report_floor(benchmark::State& state, std::size_t bytes, double seconds) {
  const double floor = memory_floor(bytes);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * state.iterations());
  state.counters["memcpy_us"] = floor * 1e6;
  state.counters["times_memcpy"] = seconds / static_cast<double>(state.iterations()) / floor;
}

}  // namespace ksampler::bench
