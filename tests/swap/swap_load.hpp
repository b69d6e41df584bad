// Swaps of a plugin while runs through it are in flight, counted and timed; for a test and a benchmark.
#ifndef KSAMPLER_TESTS_SWAP_SWAP_LOAD_HPP
#define KSAMPLER_TESTS_SWAP_SWAP_LOAD_HPP

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace ksampler::test {

struct LoadResult {
  std::uint64_t swaps = 0;  // that were done
  std::uint64_t runs = 0;
  std::uint64_t failed_runs = 0;
  std::uint64_t mixed_runs = 0;  // on more than one generation, or on a wrong one
  std::string problem;           // the first one, whatever it was
  std::uint64_t unmapped = 0;    // generations whose code is gone
  std::uint64_t still_mapped = 0;
  // Of each swap, in milliseconds.
  std::vector<double> settled_to_published;
  std::vector<double> settled_to_begun;  // the first run on the new generation
  std::vector<double> settled_to_ended;  // that run
  std::vector<double> written_to_begun;  // from the end of the last write
  double run_milliseconds = 0;           // of a run, median
  std::vector<std::size_t> resident;     // memory of the process after each swap, in bytes
};

// `swaps` times: writes the other variant over the plugin's library (in place and by renaming, in
// turn), refreshes, and waits for the first run that began on the new generation to end; `runners`
// threads run all the time.
LoadResult swap_under_load(std::uint64_t swaps, int runners);

}  // namespace ksampler::test

#endif
