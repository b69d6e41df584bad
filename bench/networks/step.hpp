// A transformer's step, as the benchmarks take it: a network of a file, and an input of random numbers.
#ifndef KSAMPLER_BENCH_NETWORKS_STEP_HPP
#define KSAMPLER_BENCH_NETWORKS_STEP_HPP

#include "host/model/family/family.hpp"
#include "host/model/file/model_file.hpp"
#include "host/model/load/file_network.hpp"

#include <ATen/ops/full.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/randn.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace ksampler::bench {

inline std::shared_ptr<const Network> network_of(const std::string& file, at::ScalarType type,
                                                 std::shared_ptr<WeightStream> stream = {}) {
  const Weights weights =
      Weights(open_model_file(file), at::kCPU, type).within("model.diffusion_model.");
  const auto family =
      std::ranges::find_if(families(), [&](const Family* each) { return each->is_of(weights); });
  if (family == families().end()) throw std::runtime_error("a network of no family");
  return std::make_shared<FileNetwork>(weights, std::move(stream), (*family)->network);
}

// Sizes in cells of the latent.
inline NetworkInput input_for(const Network& network, std::int64_t height, std::int64_t width,
                              std::int64_t tokens) {
  const NetworkFacts facts = network.facts();
  NetworkInput input{.x = at::randn({1, facts.channels, height, width}, network.options()),
                     .timesteps = at::full({1}, 0.5),
                     .text = at::randn({1, tokens, facts.text_width}, network.options())};
  if (facts.pooled_width > 0) input.pooled = at::randn({1, facts.pooled_width});
  if (facts.guidance) input.guidance = at::full({1}, 3.5);
  if (facts.tokens) {
    input.token_ids = at::ones({1, tokens}, at::kLong);
    input.token_weights = at::ones({1, tokens});
  }
  return input;
}

inline double seconds_of_step(const Network& network, const NetworkInput& input) {
  const auto start = std::chrono::steady_clock::now();
  network.predict(input);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace ksampler::bench

#endif
