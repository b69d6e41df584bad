// What an exported network says of itself, in the metadata of its package: what it predicts, for which
// shapes it was compiled, and for which machine. docs/exported-networks.md is the user's side of this.
#ifndef KSAMPLER_MODEL_PT2_PT2_CONTRACT_HPP
#define KSAMPLER_MODEL_PT2_PT2_CONTRACT_HPP

#include "host/model/network/network.hpp"
#include "host/model/noising/model_sampling.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <unordered_map>

namespace ksampler {

using Pt2Metadata = std::unordered_map<std::string, std::string>;

// The least and the most of a dimension.
struct Pt2Range {
  std::int64_t least = 1;
  std::int64_t most = 1;
  bool holds(std::int64_t size) const { return least <= size && size <= most; }
  bool operator==(const Pt2Range&) const = default;
};

struct Pt2Contract {
  NetworkFacts facts;
  double latent_scale;  // that latents of its autoencoder are multiplied by
  ModelSampling sampling;
  at::ScalarType dtype;
  Pt2Range batch, height, width, tokens;  // height and width in cells of the latent
  std::int64_t multiple_of;               // of height and width
};

// Reads the keys "ksampler.…". Throws Error that names the file and the key: no such key, not a number,
// a format that is not known.
Pt2Contract read_pt2_contract(const Pt2Metadata& metadata, const std::filesystem::path& file);

// Throws Error with the reason where code of this package must not be run here: it was compiled for
// another kind of device, processor or system, or another LibTorch than `torch` ("2.15.0").
void check_pt2_machine(const Pt2Metadata& metadata, const std::filesystem::path& file,
                       at::Device device, const std::string& torch);

// Throws Error where the network was not compiled for latents [B,C,H,W] of this height and width, or
// for texts of so many tokens.
void check_pt2_size(const Pt2Contract& contract, at::IntArrayRef shape);
void check_pt2_tokens(const Pt2Contract& contract, std::int64_t tokens);

}  // namespace ksampler

#endif
