// ksampler_swap_bench [SWAPS] [RUNNERS]: swaps of a plugin while runs go through it, and what they
// cost, as a section of docs/performance.md. Exits with 1 where a run failed or mixed generations, or
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
  std::printf("| %s | %.1f | %.1f | %.1f |\n", what, quantile(times, 0.5), quantile(times, 0.95),
              quantile(times, 1));
}

unsigned long long whole(std::uint64_t number) { return number; }

double mib(std::size_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

// The mean memory over a tenth of the swaps, from `first`: one look depends on what the runs hold.
double mean_resident(const LoadResult& result, std::size_t first) {
  const std::size_t count = std::max<std::size_t>(1, result.resident.size() / 10);
  double sum = 0;
  for (std::size_t i = first; i < first + count; ++i) sum += mib(result.resident.at(i));
  return sum / static_cast<double>(count);
}

// From the second tenth (the first fills caches) to the last, in percent.
double print_memory(const LoadResult& result) {
  const std::size_t tenth = std::max<std::size_t>(1, result.resident.size() / 10);
  const double early = mean_resident(result, std::min(tenth, result.resident.size() - tenth));
  const double late = mean_resident(result, result.resident.size() - tenth);
  const double growth = 100 * (late / early - 1);
  std::printf(
      "Memory of the process, from the second tenth of the swaps to the last: %.2f MiB to %.2f MiB, "
      "%+.1f %%. ",
      early, late, growth);
  std::printf("Of the old generations, %llu are unmapped and %llu still mapped.\n",
              whole(result.unmapped), whole(result.still_mapped));
  return growth;
}

void print(const LoadResult& result, int runners) {
  std::printf("\n## Swaps\n\n");
  std::printf(
      "%llu swaps of a small plugin, with %d runs in flight at all times: %llu runs of %.1f ms "
      "(median),\nof which %llu failed and %llu were on more than one generation. ",
      whole(result.swaps), runners, whole(result.runs), result.run_milliseconds,
      whole(result.failed_runs), whole(result.mixed_runs));
  std::printf("[What happens in a swap](swapping.md#what-happens-in-a-swap).\n\n");
  std::printf("| | median ms | 95 %% ms | most ms |\n|---|---:|---:|---:|\n");
  print_times("from the settled file (before its test) to the new snapshot",
              result.settled_to_published);
  print_times("... to the begin of the first run on the new one", result.settled_to_begun);
  print_times("... to the end of that run", result.settled_to_ended);
  print_times("from the last write to the begin of that run", result.written_to_begun);
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t swaps = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1000;
  const int runners = argc > 2 ? std::atoi(argv[2]) : 4;
  const LoadResult result = swap_under_load(swaps, runners);
  if (!result.problem.empty()) std::fprintf(stderr, "%s\n", result.problem.c_str());
  if (result.swaps == 0) return 1;
  print(result, runners);
  const double growth = print_memory(result);
  const bool fine = result.swaps == swaps && result.failed_runs == 0 && result.mixed_runs == 0 &&
                    result.problem.empty() && growth < 5;
  return fine ? 0 : 1;
}
