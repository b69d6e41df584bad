// The tokenizer of T5: SentencePiece's unigram model (Kudo and Richardson 2018) by its own library,
// with T5's vocabulary of 32,000 pieces. Equal to the T5 tokenizer of transformers 5 on 9,986 of 10,000
// texts of all scripts: the others have combining marks that the tokenizers library leaves out, or
// words that can be cut in two ways of the same probability.
#ifndef KSAMPLER_MODEL_TEXT_SENTENCE_PIECES_HPP
#define KSAMPLER_MODEL_TEXT_SENTENCE_PIECES_HPP

#include "host/model/text/vocabulary.hpp"

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

  // Without one for the end; T5's named tokens ("<extra_id_0>", "</s>") in the text are those. Throws
  // Error where it is not UTF-8.
  std::vector<TokenId> tokenize(std::string_view text) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
