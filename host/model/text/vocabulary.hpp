// A vocabulary by its byte-pair merges (Sennrich et al. 2016, on bytes as in GPT-2), such as CLIP's.
//
// A token is a string over an alphabet of 256 letters that stand for the bytes; the last token of a
// word ends in "</w>". By id:
//   0 to 255          one byte, in the order of the alphabet
//   256 to 511        one byte that ends a word
//   512 to 49,405     what the merges make, in the order in which they were learned
//   49,406, 49,407    <|startoftext|> and <|endoftext|>
// So the rank of a merge is the id that it makes. Files of other tokenizers say bytes, ids and ranks
// themselves. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_TEXT_VOCABULARY_HPP
#define KSAMPLER_MODEL_TEXT_VOCABULARY_HPP

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ksampler {

using TokenId = std::int32_t;

inline constexpr TokenId kStartOfText = 49406;
inline constexpr TokenId kEndOfText = 49407;
inline constexpr TokenId kVocabularySize = 49408;

// The merges that the library holds: a line each, two tokens and a space between.
std::string_view merges_text();

// GPT-2's alphabet, a letter for each byte: those that print in Latin-1 are the character of that
// number, the others, in their order, the characters from U+0100 on.
const std::array<std::string, 256>& byte_letters();

// Two tokens that are one.
struct Merge {
  TokenId left = 0;
  TokenId right = 0;
  TokenId made = 0;
};

class Vocabulary {
 public:
  // Whether the last token of a word is another than the same letters within it, as CLIP has it.
  // Without, the ids are 0 to 255 for the bytes, and the first merge makes 256.
  enum class WordEnds { marked, unmarked };

  // `merges`: as merges_text(). Throws Error with the line where one is not of two known tokens.
  explicit Vocabulary(std::string_view merges, WordEnds ends = WordEnds::marked);

  // `bytes`: the id of each byte alone. `merges`: those of lower rank first.
  Vocabulary(const std::array<TokenId, 256>& bytes, std::span<const Merge> merges);

  // CLIP's, read when it is first asked for.
  static const Vocabulary& clip();

  // The tokens of one word, appended. Its bytes are merged by the lowest rank first, the leftmost of
  // equals, until no two neighbours merge. O(n log n).
  void append_word(std::string_view word, std::vector<TokenId>& tokens) const;

 private:
  struct Made {
    std::int32_t rank = 0;
    TokenId id = 0;
  };
  const Made* merged(TokenId left, TokenId right) const;  // null: they do not merge
  void add(const Merge& merge);

  std::array<TokenId, 256> byte_ids_;  // of a byte within a word
  TokenId word_end_ = 0;               // what the id of a byte grows by where it ends a word
  std::unordered_map<std::uint64_t, Made> merges_;
};

}  // namespace ksampler

#endif
