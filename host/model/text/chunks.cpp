#include "host/model/text/chunks.hpp"

#include "host/model/text/prompt.hpp"
#include "host/model/text/tokenizer.hpp"

#include <algorithm>
#include <span>

namespace ksampler {
namespace {

constexpr std::size_t kLong = 8;  // from this many tokens on, a part may be broken over chunks

class ChunkFiller {
 public:
  explicit ChunkFiller(const ChunkShape& shape) : shape_(shape) { begin(); }

  void add(std::span<const WeightedToken> part) {
    const bool may_break = part.size() >= kLong || part.size() > shape_.length - 2;
    while (part.size() > room()) {
      if (may_break) part = take(part, room());
      finish();
      begin();
    }
    take(part, part.size());
  }

  std::vector<Chunk> finished() {
    finish();
    return std::move(chunks_);
  }

 private:
  Chunk& chunk() { return chunks_.back(); }
  std::size_t room() { return shape_.length - 1 - chunk().size(); }

  void begin() { chunks_.push_back({{kStartOfText}}); }

  void finish() {
    chunk().push_back({kEndOfText});
    chunk().resize(shape_.length, {shape_.pad});
  }

  std::span<const WeightedToken> take(std::span<const WeightedToken> part, std::size_t count) {
    const auto taken = part.first(count);
    chunk().insert(chunk().end(), taken.begin(), taken.end());
    return part.subspan(count);
  }

  ChunkShape shape_;
  std::vector<Chunk> chunks_;
};

void add_text(const std::string& text, double weight, ChunkFiller& filler) {
  std::vector<WeightedToken> tokens;
  for (const TokenId id : tokenize(text)) tokens.push_back({id, weight});
  filler.add(tokens);
}

void add_vectors(VectorRange range, double weight, ChunkFiller& filler) {
  std::vector<WeightedToken> places;
  for (VectorIndex i = 0; i < range.count; ++i) places.push_back({0, weight, range.first + i});
  filler.add(places);
}

}  // namespace

std::vector<Chunk> chunks_of(std::string_view prompt, const ChunkShape& shape, PromptVectors* vectors) {
  ChunkFiller filler(shape);
  for (const WeightedText& part : parse_prompt(prompt)) {
    if (vectors == nullptr) {
      add_text(part.text, part.weight, filler);
      continue;
    }
    for (const PromptPiece& piece : pieces_of(part.text, *vectors)) {
      if (piece.vectors) add_vectors(*piece.vectors, part.weight, filler);
      if (!piece.text.empty()) add_text(piece.text, part.weight, filler);
    }
  }
  return filler.finished();
}

Chunk empty_chunk(const ChunkShape& shape) { return ChunkFiller(shape).finished().front(); }

}  // namespace ksampler
