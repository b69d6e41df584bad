// Each file's benchmarks, registered by main for the shapes at hand.
#ifndef KSAMPLER_BENCH_REGISTER_HPP
#define KSAMPLER_BENCH_REGISTER_HPP

namespace ksampler::bench {

void register_lincomb();
void register_formulas();
void register_noise();
void register_samplers();

}  // namespace ksampler::bench

#endif
