// ksampler_swap_bench [SWAPS] [RUNNERS]: swaps of a plugin while runs go through it, and what they
// cost. docs/performance.md has the figures. Exits with 1 where a run failed, mixed generations, or
// memory grew.
#include "tests/swap/swap_load.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using ksampler::test::LoadResult;
using ksampler::test::swap_under_load;

double quantile(std::vector<double> values, double part) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

void print_times(const char* what, const std::vector<double>& times) {
  std::printf("  %-46s %7.1f %7.1f %7.1f\n", what, quantile(times, 0.5), quantile(times, 0.95),
              quantile(times, 1));
}

double mib(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

// The mean memory over a tenth of the swaps, from `first`: one look depends on what the runs hold.
double mean_resident(const LoadResult& result, std::size_t first) {
  const std::size_t count = std::max<std::size_t>(1, result.resident.size() / 10);
  double sum = 0;
  for (std::size_t i = first; i < first + count; ++i) sum += mib(result.resident.at(i));
  return sum / static_cast<double>(count);
}

// Growth from the second tenth (the first fills caches) to the last, in percent.
double print_memory(const LoadResult& result) {
  const std::size_t tenth = std::max<std::size_t>(1, result.resident.size() / 10);
  const double early = mean_resident(result, std::min(tenth, result.resident.size() - tenth));
  const double late = mean_resident(result, result.resident.size() - tenth);
  const double growth = 100 * (late / early - 1);
  std::printf("memory: %.2f MiB in the second tenth, %.2f MiB in the last: %+.1f %%\n", early, late,
              growth);
  return growth;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t swaps = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000;
  const int runners = argc > 2 ? std::atoi(argv[2]) : 4;
  const LoadResult result = swap_under_load(swaps, runners);
  std::printf("%llu swaps, %d runs in flight, %llu runs of %.1f ms (median)\n",
              static_cast<unsigned long long>(result.swaps), runners,
              static_cast<unsigned long long>(result.runs), result.run_milliseconds);
  std::printf("failed: %llu; on more than one generation: %llu\n",
              static_cast<unsigned long long>(result.failed_runs),
              static_cast<unsigned long long>(result.mixed_runs));
  std::printf("generations unmapped: %llu; still mapped: %llu\n",
              static_cast<unsigned long long>(result.unmapped),
              static_cast<unsigned long long>(result.still_mapped));
  if (!result.problem.empty()) std::printf("first problem: %s\n", result.problem.c_str());
  if (result.swaps == 0) return 1;
  std::printf("milliseconds %43s %7s %7s\n", "median", "95 %", "most");
  print_times("settled to published", result.settled_to_published);
  print_times("settled to first run on the new one begun", result.settled_to_begun);
  print_times("settled to that run ended", result.settled_to_ended);
  print_times("written to first run on the new one begun", result.written_to_begun);
  const double growth = print_memory(result);
  const bool fine = result.swaps == swaps && result.failed_runs == 0 && result.mixed_runs == 0 &&
                    result.problem.empty() && growth < 5;
  return fine ? 0 : 1;
}
