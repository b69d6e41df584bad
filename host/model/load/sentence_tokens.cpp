#include "host/model/load/sentence_tokens.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/text/embedding_words.hpp"
#include "host/model/text/prompt.hpp"
#include "host/model/text/sentence_pieces.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/where.h>

#include <optional>
#include <utility>

namespace ksampler {
namespace {

constexpr std::int64_t kFiller = 512;  // rows that tables have more, to be a multiple of something

class NoVectors : public PromptVectors {
 public:
  bool has(const std::string& /*name*/) override { return false; }
  std::optional<VectorRange> find(const std::string& /*name*/) override { return std::nullopt; }
};

}  // namespace

std::vector<std::string> sentence_pieces_in(std::string_view text) {
  NoVectors none;
  std::vector<std::string> pieces;
  for (PromptPiece& piece : pieces_of(text, none)) {
    if (!piece.text.empty()) pieces.push_back(std::move(piece.text));
  }
  return pieces;
}

WeightedTokens weighted_tokens(std::string_view prompt, const TokenizePiece& tokenize) {
  WeightedTokens tokens;
  for (const WeightedText& part : parse_prompt(prompt)) {
    for (const std::string& piece : sentence_pieces_in(part.text)) {
      const std::vector<TokenId> ids = tokenize(piece);
      tokens.ids.insert(tokens.ids.end(), ids.begin(), ids.end());
    }
    tokens.weights.resize(tokens.ids.size(), static_cast<float>(part.weight));
    tokens.weighted = tokens.weighted || part.weight != 1.0;
  }
  return tokens;
}

WeightedTokens t5_tokens_of(std::string_view prompt) {
  WeightedTokens tokens = weighted_tokens(
      prompt, [](std::string_view piece) { return SentencePieces::t5().tokenize(piece); });
  tokens.ids.push_back(kT5End);
  tokens.weights.push_back(1.0F);
  return tokens;
}

at::Tensor with_weights(const at::Tensor& said, const at::Tensor& of_empty,
                        const std::vector<float>& weights) {
  const at::Tensor weight = at::tensor(weights, at::kFloat).view({1, -1, 1}).to(said.device());
  return at::where(weight == 1.0, said, (said - of_empty) * weight + of_empty);
}

at::Tensor ids_tensor(const std::vector<TokenId>& tokens) {
  return at::tensor(std::vector<std::int64_t>(tokens.begin(), tokens.end()), at::kLong);
}

// UMT5 and Gemma, whose tensors have the same names, have larger ones.
void check_sentence_vocabulary(const std::string& name, std::int64_t found, std::int64_t needed) {
  if (found >= needed && found <= needed + kFiller) return;
  throw Error(
      sentence("the text encoder {} knows {} tokens; its vocabulary has {}: it is another model", name,
               found, needed));
}

}  // namespace ksampler
