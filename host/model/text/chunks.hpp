// A prompt as a text encoder takes it: chunks of one length, each with a start, an end, and padding.
#ifndef KSAMPLER_MODEL_TEXT_CHUNKS_HPP
#define KSAMPLER_MODEL_TEXT_CHUNKS_HPP

#include "host/model/text/embedding_words.hpp"
#include "host/model/text/vocabulary.hpp"

#include <string_view>
#include <vector>

namespace ksampler {

struct WeightedToken {
  TokenId id = 0;
  double weight = 1.0;
  VectorIndex vector = kNoVector;  // in place of the token
  bool operator==(const WeightedToken&) const = default;
};

using Chunk = std::vector<WeightedToken>;

struct ChunkShape {
  std::size_t length = 77;   // with start and end: what the encoder has positions for
  TokenId pad = kEndOfText;  // what comes after the end; OpenCLIP pads with 0
};

// At least one chunk: an empty prompt has one. As ComfyUI: tokens fill a chunk until the next does not
// fit; a part of the prompt with a weight of its own, or an embedding, that has fewer than 8 tokens is
// kept in one chunk. Without `vectors`, "embedding:name" is text. Throws Error as parse_prompt.
std::vector<Chunk> chunks_of(std::string_view prompt, const ChunkShape& shape = {},
                             PromptVectors* vectors = nullptr);

// The chunk of an empty prompt.
Chunk empty_chunk(const ChunkShape& shape);

}  // namespace ksampler

#endif
