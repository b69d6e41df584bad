// The floor under an operation that must read and write so many bytes: memcpy of as many, on this
// machine and in this run.
#ifndef KSAMPLER_BENCH_MEMORY_FLOOR_HPP
#define KSAMPLER_BENCH_MEMORY_FLOOR_HPP

#include <benchmark/benchmark.h>

#include <cstddef>

namespace ksampler::bench {

// Seconds of this thread's processor time: what else the machine does counts little.
double thread_seconds();

// Seconds that memcpy takes to read bytes/2 and write bytes/2, on one thread. The median of several
// measurements; measured once for each number of bytes.
double memory_floor(std::size_t bytes);

// Puts into the counters: the floor for `bytes` an iteration, and how many times as long an iteration
// took, of `seconds` for all of them.
void report_floor(benchmark::State& state, std::size_t bytes, double seconds);

}  // namespace ksampler::bench

#endif
