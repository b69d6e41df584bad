#include "host/model/load/text_encoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ksampler {
namespace {

ChunkShape shape_of(const TextTower& tower) {
  return {.length = static_cast<std::size_t>(tower.network->positions()), .pad = tower.rules.pad};
}

at::Tensor ids_of(const std::vector<Chunk>& chunks) {
  std::vector<std::int64_t> ids;
  for (const Chunk& chunk : chunks) {
    for (const WeightedToken& token : chunk) ids.push_back(token.id);
  }
  return at::tensor(ids, at::kLong).view({static_cast<std::int64_t>(chunks.size()), -1});
}

at::Tensor weights_of(const std::vector<Chunk>& chunks) {
  std::vector<float> weights;
  for (const Chunk& chunk : chunks) {
    for (const WeightedToken& token : chunk) weights.push_back(static_cast<float>(token.weight));
  }
  return at::tensor(weights, at::kFloat).view({static_cast<std::int64_t>(chunks.size()), -1, 1});
}

bool any_weight(const std::vector<Chunk>& chunks) {
  return std::ranges::any_of(chunks, [](const Chunk& chunk) {
    return std::ranges::any_of(chunk, [](const WeightedToken& token) { return token.weight != 1.0; });
  });
}

// e = (e - e_empty) * weight + e_empty for each token that has a weight, where e_empty is what an empty
// prompt has in its place; the chunks one after another.
EncodedText encode_chunks(const TextTower& tower, std::vector<Chunk> chunks) {
  const auto count = static_cast<std::int64_t>(chunks.size());
  const bool weighted = any_weight(chunks);
  if (weighted) chunks.push_back(empty_chunk(shape_of(tower)));

  const ClipText& network = *tower.network;
  const bool last = tower.rules.layer == 0 || -tower.rules.layer > network.layers();
  const ClipTextOutput made = network(ids_of(chunks).to(network.device()),
                                      last ? -1 : tower.rules.layer, last || tower.rules.norm_hidden);
  at::Tensor embedding = made.hidden.narrow(0, 0, count);
  if (weighted) {
    chunks.pop_back();
    const at::Tensor weights = weights_of(chunks).to(network.device());
    const at::Tensor empty = made.hidden.narrow(0, count, 1);
    embedding = at::where(weights == 1.0, embedding, (embedding - empty) * weights + empty);
  }
  return {.embedding = embedding.reshape({1, -1, network.width()}),
          .pooled = made.pooled.narrow(0, 0, 1)};
}

}  // namespace

TextEncoder::TextEncoder(std::vector<TextTower> towers) : towers_(std::move(towers)) {}

EncodedText TextEncoder::encode(std::string_view prompt) const { return encode(prompt, prompt); }

EncodedText TextEncoder::encode(std::string_view text_l, std::string_view text_g) const {
  const std::array<std::string_view, 2> texts = {text_l, text_g};
  std::vector<std::vector<Chunk>> chunks;
  std::size_t longest = 0;
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    chunks.push_back(chunks_of(texts.at(i + texts.size() - towers_.size()), shape_of(towers_[i])));
    longest = std::max(longest, chunks.back().size());
  }
  std::vector<at::Tensor> embeddings;
  at::Tensor pooled;
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    chunks[i].resize(longest, empty_chunk(shape_of(towers_[i])));
    const EncodedText encoded = encode_chunks(towers_[i], std::move(chunks[i]));
    embeddings.push_back(encoded.embedding);
    pooled = encoded.pooled;
  }
  return {.embedding = embeddings.size() == 1 ? embeddings[0] : at::cat(embeddings, 2),
          .pooled = pooled};
}

std::shared_ptr<const TextEncoder> TextEncoder::with_last_layer(std::int64_t layer) const {
  std::int64_t most = 0;
  for (const TextTower& tower : towers_) most = std::max(most, tower.network->layers());
  if (layer >= 0 || -layer > most) {
    throw Error(
        sentence("there is no layer {}: the text encoder has {} layers, from -1, the last, to -{}",
                 layer, most, most));
  }
  std::vector<TextTower> towers = towers_;
  for (TextTower& tower : towers) tower.rules.layer = layer;
  return std::make_shared<TextEncoder>(std::move(towers));
}

std::uint64_t TextEncoder::bytes() const {
  std::uint64_t sum = 0;
  for (const TextTower& tower : towers_) sum += tower.network->bytes();
  return sum;
}

std::int64_t TextEncoder::embedding_width() const {
  std::int64_t width = 0;
  for (const TextTower& tower : towers_) width += tower.network->width();
  return width;
}

}  // namespace ksampler
