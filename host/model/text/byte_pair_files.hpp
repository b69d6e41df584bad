// Byte-pair tokenizers that files bring: Mistral's tekken.json, Hugging Face's tokenizer.json.
#ifndef KSAMPLER_MODEL_TEXT_BYTE_PAIR_FILES_HPP
#define KSAMPLER_MODEL_TEXT_BYTE_PAIR_FILES_HPP

#include "host/model/text/byte_tokenizer.hpp"

#include <memory>
#include <string_view>

namespace ksampler {

// `json`: a tekken.json, which has a rank for the bytes of each token, and names for the ids before
// them. Any two tokens merge whose bytes together are a token; of lower rank first. Text is cut into
// words by WordRule::numbers, whatever pattern the file has: so ComfyUI and the tokenizer.json of
// Mistral's models do it, and so it was when models were trained on their outputs (docs/decisions.md).
// Equal to what ComfyUI makes of it by transformers.
//
// Throws Error whose message continues a name: "is no JSON: ...", "has no list 'vocab'", a rank that is
// missing, a byte that has no token, bytes that are no base64.
std::shared_ptr<const ByteTokenizer> read_tekken(std::string_view json);

// `json`: a tokenizer.json of a byte-level BPE. Throws Error, likewise, for another kind of tokenizer,
// a pattern that is none of WordRule's, a merge of tokens that it does not have.
std::shared_ptr<const ByteTokenizer> read_tokenizer_json(std::string_view json);

}  // namespace ksampler

#endif
