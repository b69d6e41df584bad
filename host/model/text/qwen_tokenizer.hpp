// The tokenizer of Qwen 2 and 3: byte pairs, with a vocabulary of 151,643 tokens and 26 that have
// names; text is put into NFC. Equal to the Qwen2 tokenizer of transformers 5.
#ifndef KSAMPLER_MODEL_TEXT_QWEN_TOKENIZER_HPP
#define KSAMPLER_MODEL_TEXT_QWEN_TOKENIZER_HPP

#include "host/model/text/byte_tokenizer.hpp"

#include <memory>

namespace ksampler {

// Read when it is first asked for.
const std::shared_ptr<const ByteTokenizer>& qwen_tokenizer();

inline constexpr TokenId kQwenVocabularySize = 151'669;

}  // namespace ksampler

#endif
