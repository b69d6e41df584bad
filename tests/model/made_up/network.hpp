// The network of a family that does not exist: a map of the channels, and a push by the text.
//
//   F(x, t, text) = W x + V mean(text) + t / 1000
#ifndef KSAMPLER_TESTS_MODEL_MADE_UP_NETWORK_HPP
#define KSAMPLER_TESTS_MODEL_MADE_UP_NETWORK_HPP

#include "host/model/network/network.hpp"
#include "host/model/network/weights.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/linear.h>

namespace ksampler::test {

class MadeUpNetwork : public Network {
 public:
  explicit MadeUpNetwork(const Weights& weights)
      : mix_(weights.get("mix.weight", {16, 16, 1, 1})), push_(weights.get("push.weight", {16, 8})) {}

  NetworkFacts facts() const override { return {.channels = 16, .text_width = 8}; }
  at::TensorOptions options() const override { return mix_.options(); }
  at::Tensor predict(const NetworkInput& input) const override {
    const at::Tensor push = at::linear(input.text.mean(1), push_);
    const at::Tensor time = input.timesteps.view({-1, 1, 1, 1}) / 1000.0;
    return at::conv2d(input.x, mix_) + push.unsqueeze(-1).unsqueeze(-1) + time;
  }

 private:
  at::Tensor mix_;   // W
  at::Tensor push_;  // V
};

}  // namespace ksampler::test

#endif
