// RandomNoise and DisableNoise.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_random_noise(const NodeContext&, const Inputs& in) {
  return {NoiseValue{in.seed("noise_seed"), true}};
}

std::vector<Value> run_disable_noise(const NodeContext&, const Inputs&) {
  return {NoiseValue{0, false}};
}

}  // namespace ksampler
