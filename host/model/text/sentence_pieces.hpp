// Tokenizers of SentencePiece (Kudo and Richardson 2018), by its own library: T5's, which is here with
// its vocabulary of 32,000 pieces, and those that come in a model's file. T5's is equal to the T5
// tokenizer of transformers 5 on 9,986 of 10,000 texts of all scripts: the others have combining marks
// that the tokenizers library leaves out, or words that can be cut in two ways of the same probability.
#ifndef KSAMPLER_MODEL_TEXT_SENTENCE_PIECES_HPP
#define KSAMPLER_MODEL_TEXT_SENTENCE_PIECES_HPP

#include "host/model/text/vocabulary.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace ksampler {

inline constexpr TokenId kT5End = 1;
inline constexpr TokenId kT5Pad = 0;

// Thread rule: immutable.
class SentencePieces {
 public:
  // `model`: as SentencePiece serializes one. Throws Error where it is none.
  explicit SentencePieces(std::string_view model);
  ~SentencePieces();

  // T5's, read when it is first asked for.
  static const SentencePieces& t5();

  // How many tokens it knows, and which of them stands at the start of a text.
  std::int64_t size() const;
  TokenId start() const;

  // The tokens of the library, without those for the start and the end. Throws Error where the text is
  // not UTF-8.
  std::vector<TokenId> pieces(std::string_view text) const;

  // T5's: without one for the end; its named tokens ("<extra_id_0>", "</s>") in the text are those.
  // Throws Error where it is not UTF-8.
  std::vector<TokenId> tokenize(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
