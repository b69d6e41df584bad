// A tokenizer by byte pairs (Sennrich et al. 2016, on bytes as in GPT-2): named tokens are found in the
// text first, what is between them is cut into words, and each word's bytes are merged. Qwen's, which
// is built in, and those that files bring: Mistral's tekken.json, Hugging Face's tokenizer.json.
#ifndef KSAMPLER_MODEL_TEXT_BYTE_TOKENIZER_HPP
#define KSAMPLER_MODEL_TEXT_BYTE_TOKENIZER_HPP

#include "host/model/text/vocabulary.hpp"
#include "host/model/text/words.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ksampler {

// Thread rule: immutable.
class ByteTokenizer {
 public:
  using Ids = std::unordered_map<std::string, TokenId>;

  // `composes`: text is put into NFC. `size`: as many tokens as a table of them needs rows. `whole`:
  // the bytes of all tokens, where a word that is one of them is that, whatever its merges make.
  ByteTokenizer(Vocabulary vocabulary, Ids named, WordRule rule, bool composes, TokenId size,
                const Ids& whole = {});
  ByteTokenizer(const ByteTokenizer&) = delete;  // it points into itself
  ByteTokenizer& operator=(const ByteTokenizer&) = delete;

  // The tokens of a text; named ones in it are those tokens, the longest name where several begin at
  // one place. Throws Error where it is not UTF-8.
  std::vector<TokenId> tokens(std::string_view text) const;

  // The token that has this name, as "<|im_start|>" is one.
  std::optional<TokenId> named(const std::string& name) const;

  TokenId size() const { return size_; }

 private:
  void append(std::string_view text, std::vector<TokenId>& tokens) const;
  // The one whose name `text` begins with; null: none.
  const Ids::value_type* named_at(std::string_view text) const;

  Vocabulary vocabulary_;
  Ids whole_;  // those that merges do not make
  Ids named_;
  std::array<std::vector<const Ids::value_type*>, 256> by_first_byte_;  // the longest names first
  WordRule rule_;
  bool composes_;
  TokenId size_;
};

}  // namespace ksampler

#endif
