// A vocabulary by its byte-pair merges (Sennrich et al. 2016, on bytes as in GPT-2), such as CLIP's.
//
// A token is a string over an alphabet of 256 letters that stand for the bytes; the last token of a
// word ends in "</w>". By id:
//   0 to 255          one byte, in the order of the alphabet
//   256 to 511        one byte that ends a word
//   512 to 49,405     what the merges make, in the order in which they were learned
//   49,406, 49,407    <|startoftext|> and <|endoftext|>
// So the rank of a merge is the id that it makes. Thread rule: immutable.
#ifndef KSAMPLER_MODEL_TEXT_VOCABULARY_HPP
#define KSAMPLER_MODEL_TEXT_VOCABULARY_HPP

#include <array>
#include <cstdint>
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

class Vocabulary {
 public:
  // Whether the last token of a word is another than the same letters within it, as CLIP has it.
  // Without, the ids are 0 to 255 for the bytes, and the first merge makes 256.
  enum class WordEnds { marked, unmarked };

  // `merges`: as merges_text(). Throws Error with the line where one is not of two known tokens.
  explicit Vocabulary(std::string_view merges, WordEnds ends = WordEnds::marked);

  // CLIP's, read when it is first asked for.
  static const Vocabulary& clip();

  // The tokens of one word, appended. Its bytes are merged by the lowest rank first, the leftmost of
  // equals, until no two neighbours merge. O(n log n).
  void append_word(std::string_view word, std::vector<TokenId>& tokens) const;

 private:
  TokenId merged(TokenId left, TokenId right) const;  // -1: they do not merge

  std::array<TokenId, 256> byte_ids_;  // of a byte within a word
  TokenId word_end_;                   // what the id of a byte grows by where it ends a word
  std::unordered_map<std::uint64_t, TokenId> merges_;
};

}  // namespace ksampler

#endif
