#include "host/model/load/text_encoder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/load/embedding_files.hpp"
#include "host/model/load/sentence_tower.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>
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

// Where the chunks have vectors in place of tokens, and which.
TokenVectors vectors_of(const std::vector<Chunk>& chunks, const at::Tensor& table, at::Device device) {
  std::vector<std::int64_t> places, rows;
  std::int64_t place = 0;
  for (const Chunk& chunk : chunks) {
    for (const WeightedToken& token : chunk) {
      if (token.vector != kNoVector) {
        places.push_back(place);
        rows.push_back(token.vector);
      }
      ++place;
    }
  }
  if (places.empty()) return {};
  return {.places = at::tensor(places, at::kLong).to(device),
          .values = table.index_select(0, at::tensor(rows, at::kLong)).to(device)};
}

// e = (e - e_empty) * weight + e_empty for each token that has a weight, where e_empty is what an empty
// prompt has in its place; the chunks one after another. `table`: the vectors that they have in place
// of tokens.
EncodedText encode_chunks(const TextTower& tower, std::vector<Chunk> chunks, const at::Tensor& table) {
  const auto count = static_cast<std::int64_t>(chunks.size());
  const bool weighted = any_weight(chunks);
  if (weighted) chunks.push_back(empty_chunk(shape_of(tower)));

  const ClipText& network = *tower.network;
  const bool last = tower.rules.layer == 0 || -tower.rules.layer > network.layers();
  const ClipTextOutput made =
      network(ids_of(chunks).to(network.device()), last ? -1 : tower.rules.layer,
              last || tower.rules.norm_hidden, vectors_of(chunks, table, network.device()));
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

// What the towers of CLIP give, in their order.
struct TextEncoder::Clip {
  std::vector<at::Tensor> embeddings;
  std::vector<at::Tensor> pooled;
};

TextEncoder::TextEncoder(std::vector<TextTower> towers, std::shared_ptr<const SentenceTower> sentence,
                         Joining joining)
    : towers_(std::move(towers)), sentence_(std::move(sentence)), joining_(joining) {}

EncodedText TextEncoder::encode(std::string_view prompt, EmbeddingFiles* files) const {
  return encode({.l = prompt, .g = prompt, .t5 = prompt}, files);
}

EncodedText TextEncoder::encode(const Prompts& prompts, EmbeddingFiles* files) const {
  const Clip clip = encode_clip(prompts, files);
  at::Tensor sentence;
  ReadTokens read;
  std::vector<std::int64_t> slots;
  if (prompts.pictures != nullptr) {
    if (sentence_ == nullptr || joining_ != Joining::sentence) {
      throw Error(
          "these text encoders take no pictures; expected Qwen2.5-VL, that of Qwen-Image-Edit, or "
          "Qwen3-VL, that of Qwen-Image 2.1");
    }
    EncodedSentence made = sentence_->encode_with(*prompts.pictures, prompts.t5);
    sentence = made.embedding;
    slots = std::move(made.slots);
  } else if (sentence_ != nullptr) {
    sentence = sentence_->encode(prompts.t5);
    read = sentence_->read_tokens(prompts.t5);
  }
  const at::Tensor last_pooled = clip.pooled.empty() ? at::Tensor() : clip.pooled.back();
  switch (joining_) {
    case Joining::side_by_side:
      return {
          .embedding = clip.embeddings.size() == 1 ? clip.embeddings[0] : at::cat(clip.embeddings, 2),
          .pooled = last_pooled};
    case Joining::sentence:
      return {.embedding = sentence,
              .pooled = last_pooled,
              .token_ids = read.ids,
              .token_weights = read.weights,
              .slots = std::move(slots)};
    case Joining::in_a_row:
      return in_a_row(clip, sentence);
  }
  throw std::logic_error("a way of joining that is none");
}

TextEncoder::Clip TextEncoder::encode_clip(const Prompts& prompts, EmbeddingFiles* files) const {
  std::vector<std::vector<Chunk>> chunks;
  std::vector<at::Tensor> tables;
  std::size_t longest = 0;
  const bool alone = towers_.size() == 1 && sentence_ == nullptr;
  for (const TextTower& tower : towers_) {
    std::optional<TowerVectors> vectors;
    if (files != nullptr) {
      vectors.emplace(*files, tower.rules.name, tower.rules.embedding_key, tower.network->width());
    }
    const bool is_l = tower.rules.embedding_key == TextTowerRules().embedding_key;
    chunks.push_back(chunks_of(is_l && !alone ? prompts.l : prompts.g, shape_of(tower),
                               vectors ? &*vectors : nullptr));
    tables.push_back(vectors ? vectors->table() : at::Tensor());
    longest = std::max(longest, chunks.back().size());
  }
  Clip clip;
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    chunks[i].resize(longest, empty_chunk(shape_of(towers_[i])));
    const EncodedText encoded = encode_chunks(towers_[i], std::move(chunks[i]), tables[i]);
    clip.embeddings.push_back(encoded.embedding);
    clip.pooled.push_back(encoded.pooled);
  }
  return clip;
}

EncodedText TextEncoder::in_a_row(const Clip& clip, const at::Tensor& sentence) const {
  constexpr std::array<std::int64_t, 2> kWidths = {768, 1280};  // of a CLIP that is missing
  constexpr std::int64_t kUsual = 4096;                         // of T5's, where that is missing
  const at::TensorOptions options =
      sentence.defined() ? sentence.options() : clip.embeddings.at(0).options();
  std::array<at::Tensor, 2> embeddings;
  std::array<at::Tensor, 2> pooled;
  for (std::size_t i = 0; i < towers_.size(); ++i) {
    const bool is_l = towers_[i].rules.embedding_key == TextTowerRules().embedding_key;
    embeddings.at(is_l ? 0 : 1) = clip.embeddings[i];
    pooled.at(is_l ? 0 : 1) = clip.pooled[i];
  }
  std::int64_t tokens = 0;
  for (const at::Tensor& each : clip.embeddings) tokens = each.size(1);
  for (std::size_t i = 0; i < pooled.size(); ++i) {
    if (!pooled.at(i).defined()) pooled.at(i) = at::zeros({1, kWidths.at(i)}, options);
    if (!embeddings.at(i).defined()) {
      embeddings.at(i) = at::zeros({1, tokens, kWidths.at(i)}, options);
    }
  }
  EncodedText made{.embedding = sentence,
                   .pooled = at::cat({pooled[0].to(options), pooled[1].to(options)}, 1)};
  if (tokens == 0) return made;
  const at::Tensor both = at::cat({embeddings[0].to(options), embeddings[1].to(options)}, 2);
  const std::int64_t width = sentence.defined() ? sentence.size(2) : std::max(kUsual, both.size(2));
  if (width < both.size(2)) {
    throw Error(ksampler::sentence(
        "T5's embeddings are {} wide, and CLIP's beside each other {}: expected text "
        "encoders of SD 3, whose T5 is the wider (of Flux.1, 'clip_type' is flux)",
        width, both.size(2)));
  }
  const at::Tensor wide = at::constant_pad_nd(both, {0, width - both.size(2)});
  made.embedding = sentence.defined() ? at::cat({wide, sentence}, 1) : wide;
  return made;
}

std::shared_ptr<const TextEncoder> TextEncoder::with_last_layer(std::int64_t layer) const {
  const auto sentence = sentence_ == nullptr ? nullptr : sentence_->with_last_layer(layer);
  if (towers_.empty()) return std::make_shared<TextEncoder>(towers_, sentence, joining_);
  std::int64_t most = 0;
  for (const TextTower& tower : towers_) most = std::max(most, tower.network->layers());
  if (layer >= 0 || -layer > most) {
    throw Error(ksampler::sentence(
        "there is no layer {}: the text encoder has {} layers, from -1, the last, to -{}", layer, most,
        most));
  }
  std::vector<TextTower> towers = towers_;
  for (TextTower& tower : towers) tower.rules.layer = layer;
  return std::make_shared<TextEncoder>(std::move(towers), sentence, joining_);
}

std::uint64_t TextEncoder::bytes() const {
  std::uint64_t sum = sentence_ == nullptr ? 0 : sentence_->bytes();
  for (const TextTower& tower : towers_) sum += tower.network->bytes();
  return sum;
}

std::int64_t TextEncoder::embedding_width() const {
  std::int64_t width = 0;
  for (const TextTower& tower : towers_) width += tower.network->width();
  return joining_ == Joining::side_by_side || sentence_ == nullptr ? width : sentence_->width();
}

}  // namespace ksampler
