// CLIP's tokenizer: equal to `CLIPTokenizer` of transformers 5 for the characters of Unicode 15. One
// thing is known to differ: that library orders combining marks as of Unicode 9, so that of two marks
// on a letter, in an order that is not the canonical one, a newer mark stays where it is.
//
//   text     NFC, lower case
//   words    's 't 're 've 'm 'll 'd | letters | one number | neither letters, numbers nor space
//   tokens   the word's bytes, merged by CLIP's vocabulary
//
// "<|startoftext|>" and "<|endoftext|>" in a text are those tokens.
#ifndef KSAMPLER_MODEL_TEXT_TOKENIZER_HPP
#define KSAMPLER_MODEL_TEXT_TOKENIZER_HPP

#include "host/model/text/vocabulary.hpp"

#include <string_view>
#include <vector>

namespace ksampler {

// The tokens of a text, without one for its start and end. Throws Error where it is not UTF-8.
std::vector<TokenId> tokenize(std::string_view text, const Vocabulary& vocabulary = Vocabulary::clip());

}  // namespace ksampler

#endif
