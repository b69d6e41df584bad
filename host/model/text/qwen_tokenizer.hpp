// The tokenizer of Qwen 2 and 3: byte pairs (Sennrich et al. 2016, on bytes as in GPT-2), with a
// vocabulary of 151,643 tokens and 26 that have names. Equal to the Qwen2 tokenizer of transformers 5.
//
//   text     NFC
//   words    's 't 're 've 'm 'll 'd | one of space or mark before letters | one number
//            | a space, then neither letters, numbers nor spaces, then line ends | spaces with line
//            ends | spaces, but the last of several before a word
//   tokens   the word's bytes, merged by the vocabulary
#ifndef KSAMPLER_MODEL_TEXT_QWEN_TOKENIZER_HPP
#define KSAMPLER_MODEL_TEXT_QWEN_TOKENIZER_HPP

#include "host/model/text/vocabulary.hpp"

#include <string_view>
#include <vector>

namespace ksampler {

// The vocabulary, read when it is first asked for.
const Vocabulary& qwen_vocabulary();

inline constexpr TokenId kQwenVocabularySize = 151'669;

// The tokens of a text; "<|im_start|>" and the other named ones in it are those tokens. Throws Error
// where it is not UTF-8.
std::vector<TokenId> qwen_tokens(std::string_view text);

}  // namespace ksampler

#endif
