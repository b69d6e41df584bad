// ksampler_bench [--threads=N] [google-benchmark's options]: one thread unless said otherwise.
#include "bench/register.hpp"

#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
  int threads = 1;
  for (int i = 1; i < argc; ++i) {
    if (std::strncmp(argv[i], "--threads=", 10) != 0) continue;
    threads = std::atoi(argv[i] + 10);
    for (int j = i; j < argc; ++j) argv[j] = argv[j + 1];
    --argc;
    break;
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv) || threads < 1) return 1;
  at::set_num_threads(threads);
  benchmark::AddCustomContext("threads", std::to_string(threads));
  ksampler::bench::register_lincomb();
  ksampler::bench::register_formulas();
  ksampler::bench::register_noise();
  ksampler::bench::register_samplers();
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
