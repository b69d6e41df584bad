#include "host/model/network/tiny_decoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/tanh.h>
#include <ATen/ops/upsample_nearest2d.h>

#include <string>

namespace ksampler {
namespace {

constexpr double kLatentRange = 3.0;
constexpr std::int64_t kColours = 3;

// In files of their own its layers are numbered; in those of both halves, and in diffusers', they are
// so under a name.
std::string root_of_tiny(const Weights& weights) {
  for (const char* root : {"", "taesd_decoder.", "decoder.layers."}) {
    const std::string name = root;
    if (weights.has(name + "1.weight") || weights.has(name + "0.weight")) return name;
  }
  throw Error(
      {weights.file()->file().string()},
      "no decoder of previews (TAESD): expected tensors '1.weight', 'taesd_decoder.1.weight' or "
      "'decoder.layers.0.weight'");
}

}  // namespace

TinyDecoder::Layer TinyDecoder::load_layer(const Weights& weights, const std::string& name,
                                           std::int64_t in, std::int64_t out) {
  Layer layer;
  layer.is_block = weights.has(name + "conv.0.weight");
  if (layer.is_block) {
    for (std::size_t i = 0; i < layer.block.size(); ++i) {
      layer.block.at(i) = load_conv(weights, name + "conv." + std::to_string(2 * i), in, in, 3);
    }
    return layer;
  }
  layer.doubles = !weights.has(name + "bias");
  if (layer.doubles) {
    layer.conv = {.weight = channels_last(weights.get(name + "weight", {out, in, 3, 3})), .padding = 1};
  } else {
    layer.conv = load_conv(weights, name.substr(0, name.size() - 1), in, out, 3);
  }
  return layer;
}

TinyDecoder::TinyDecoder(const Weights& weights, std::int64_t channels) {
  const std::string root = root_of_tiny(weights);
  constexpr int kMostLayers = 32;  // of which some have no weights
  std::int64_t in = channels;
  for (int i = 0; i < kMostLayers; ++i) {
    const std::string name = root + std::to_string(i) + ".";
    if (!weights.has_any(name)) continue;
    const bool is_block = weights.has(name + "conv.0.weight");
    const std::vector<std::int64_t> shape = is_block ? std::vector{in} : weights.shape(name + "weight");
    layers_.push_back(load_layer(weights, name, in, shape.at(0)));
    in = shape.at(0);
  }
  if (in == kColours) return;
  throw Error({weights.file()->file().string()},
              sentence("a decoder of previews (TAESD) gives {} channels; expected {}", in, kColours));
}

at::Tensor TinyDecoder::run(const Layer& layer, const at::Tensor& x) {
  if (layer.is_block) {
    const at::Tensor inner = at::relu(layer.block[1](at::relu(layer.block[0](x))));
    return at::relu(layer.block[2](inner) + x);
  }
  if (!layer.doubles) return layer.conv(x);
  return layer.conv(at::upsample_nearest2d(x, {2 * x.size(2), 2 * x.size(3)}));
}

at::Tensor TinyDecoder::operator()(const at::Tensor& latent) const {
  at::Tensor x = channels_last(at::tanh(latent / kLatentRange) * kLatentRange);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    x = run(layers_[i], x);
    if (i == 0) x = at::relu(x);
  }
  return x.clamp(0.0, 1.0);
}

}  // namespace ksampler
