// A step of a transformer whose weights come and go, for compare_streaming.py:
//
//   streamed_step memory FILE TYPE SIZE TURNS LIMIT
//   streamed_step time   FILE TYPE SIZE TURNS ROOM
//
// TYPE: fp32 or bf16; SIZE in cells of the latent's sides. `memory`: the resident memory of the process
// before it loads the file, and the most while it loads and computes, below LIMIT bytes (0: none).
// `time`: of each turn with all weights in memory, and of one after it where ROOM bytes of them are:
// seconds, seconds, and the processor's seconds of both.
#include "bench/networks/step.hpp"
#include "host/base/memory.hpp"
#include "host/model/network/mapped_weights.hpp"
#include "host/model/network/number_type.hpp"

#include <c10/core/InferenceMode.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>

namespace ksampler::bench {
namespace {

constexpr std::int64_t kTextTokens = 32;

struct Arguments {
  std::string file;
  at::ScalarType type;
  std::int64_t size;
  int turns;
  std::uint64_t bytes;
};

void measure_memory(const Arguments& given) {
  const std::uint64_t before = resident_memory();
  const PeakMemory memory;
  const auto stream =
      given.bytes == 0 ? nullptr : std::make_shared<WeightStream>(mapped_weights(given.bytes));
  const auto network = network_of(given.file, given.type, stream);
  const std::uint64_t loading = memory.grown();
  const NetworkInput input = input_for(*network, given.size, given.size, kTextTokens);
  for (int turn = 0; turn < given.turns; ++turn) seconds_of_step(*network, input);
  std::printf("%llu %llu %llu\n", static_cast<unsigned long long>(before),
              static_cast<unsigned long long>(loading),
              static_cast<unsigned long long>(memory.grown()));
  if (stream != nullptr) std::printf("%zu of %zu stay\n", stream->staying(), stream->size());
}

void measure_time(const Arguments& given) {
  // The process is said to take nothing, so that all of ROOM is the weights'; asking is part of a step.
  const auto nothing_else = [] {
    resident_peak();
    return std::uint64_t{0};
  };
  const auto stream = std::make_shared<WeightStream>(
      mapped_weights(given.bytes, {.begin = &begin_resident_peak, .highest = nothing_else}));
  const auto whole = network_of(given.file, given.type);
  const auto streamed = network_of(given.file, given.type, stream);
  const NetworkInput input = input_for(*whole, given.size, given.size, kTextTokens);
  for (int turn = 0; turn <= given.turns; ++turn) {
    const std::clock_t start = std::clock();
    const double without = seconds_of_step(*whole, input);
    const std::clock_t between = std::clock();
    const double with = seconds_of_step(*streamed, input);
    constexpr auto kSecond = static_cast<double>(CLOCKS_PER_SEC);
    if (turn < 1) continue;  // the first pass shows the stream what there is room for
    std::printf("%.4f %.4f %.4f %.4f\n", without, with, static_cast<double>(between - start) / kSecond,
                static_cast<double>(std::clock() - between) / kSecond);
  }
}

}  // namespace
}  // namespace ksampler::bench

int main(int argc, char** argv) {
  using namespace ksampler;
  if (argc != 7) {
    std::fprintf(stderr, "streamed_step memory|time FILE TYPE SIZE TURNS BYTES\n");
    return 2;
  }
  try {
    const auto type = number_type(argv[3]);
    if (!type) throw std::runtime_error("TYPE is fp32, fp16 or bf16");
    const c10::InferenceMode inference;
    keep_freed_memory();  // as the program does
    const bench::Arguments given{.file = argv[2],
                                 .type = *type,
                                 .size = std::atoll(argv[4]),
                                 .turns = std::atoi(argv[5]),
                                 .bytes = std::strtoull(argv[6], nullptr, 10)};
    if (std::string(argv[1]) == "memory") {
      bench::measure_memory(given);
    } else {
      bench::measure_time(given);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
