// A prompt as the tokens of a text encoder of sentences.
#ifndef KSAMPLER_MODEL_LOAD_SENTENCE_TOKENS_HPP
#define KSAMPLER_MODEL_LOAD_SENTENCE_TOKENS_HPP

#include "host/model/text/vocabulary.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// A text in pieces, "embedding:name" between them left out.
std::vector<std::string> sentence_pieces_in(std::string_view text);

// The tokens of a piece.
using TokenizePiece = std::function<std::vector<TokenId>(std::string_view)>;

struct WeightedTokens {
  std::vector<TokenId> ids;
  std::vector<float> weights;  // of each
  bool weighted = false;       // some are not 1
};

// Each part of the prompt with the weight that it says. Throws Error as parse_prompt.
WeightedTokens weighted_tokens(std::string_view prompt, const TokenizePiece& tokenize);

// T5's, with the end. Throws Error likewise.
WeightedTokens t5_tokens_of(std::string_view prompt);

// e = (e - e_empty) * weight + e_empty for each token that has a weight. `said` and `of_empty` [1,T,W],
// the prompt's and what an empty one has in its place.
at::Tensor with_weights(const at::Tensor& said, const at::Tensor& of_empty,
                        const std::vector<float>& weights);

at::Tensor ids_tensor(const std::vector<TokenId>& tokens);  // [T] int64

// A table may have some rows more, to be a multiple of something. Throws Error: it has others.
void check_sentence_vocabulary(const std::string& name, std::int64_t found, std::int64_t needed);

}  // namespace ksampler

#endif
