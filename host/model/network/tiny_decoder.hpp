// A small decoder of latents for previews (Boer Bohan 2023, TAESD and its like for SDXL, SD 3 and
// Flux.1): plain convolutions, 8 times as wide and high as the latent.
//
//   x = 3 tanh(latent / 3);  block(x) = relu(x + conv(relu(conv(relu(conv(x)))))
//
// Thread rule: immutable.
#ifndef KSAMPLER_MODEL_NETWORK_TINY_DECODER_HPP
#define KSAMPLER_MODEL_NETWORK_TINY_DECODER_HPP

#include "host/model/network/layers.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace ksampler {

class TinyDecoder {
 public:
  // Throws Error: no such decoder, a tensor misshapen, other channels than `channels`.
  TinyDecoder(const Weights& weights, std::int64_t channels);

  // A latent as the model has it, [B,C,H,W], to [B,3,8 H,8 W], 0 to 1.
  at::Tensor operator()(const at::Tensor& latent) const;

 private:
  // A convolution, or a block of three.
  struct Layer {
    Conv conv = {};
    std::array<Conv, 3> block = {};
    bool is_block = false;
    bool doubles = false;  // what comes is made twice as wide and high first
  };

  static Layer load_layer(const Weights& weights, const std::string& name, std::int64_t in,
                          std::int64_t out);
  static at::Tensor run(const Layer& layer, const at::Tensor& x);

  std::vector<Layer> layers_;
};

}  // namespace ksampler

#endif
