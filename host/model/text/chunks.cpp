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

  void add(std::span<const TokenId> part, double weight) {
    const bool may_break = part.size() >= kLong || part.size() > shape_.length - 2;
    while (part.size() > room()) {
      if (may_break) part = take(part, room(), weight);
      finish();
      begin();
    }
    take(part, part.size(), weight);
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

  std::span<const TokenId> take(std::span<const TokenId> part, std::size_t count, double weight) {
    for (const TokenId id : part.first(count)) chunk().push_back({id, weight});
    return part.subspan(count);
  }

  ChunkShape shape_;
  std::vector<Chunk> chunks_;
};

}  // namespace

std::vector<Chunk> chunks_of(std::string_view prompt, const ChunkShape& shape) {
  ChunkFiller filler(shape);
  for (const WeightedText& part : parse_prompt(prompt)) filler.add(tokenize(part.text), part.weight);
  return filler.finished();
}

Chunk empty_chunk(const ChunkShape& shape) { return ChunkFiller(shape).finished().front(); }

}  // namespace ksampler
