#include "host/model/text/tokenizer.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/text/unicode.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace ksampler {
namespace {

struct SpecialToken {
  std::string_view text;
  TokenId id;
};
constexpr std::array<SpecialToken, 2> kSpecialTokens = {
    {{"<|startoftext|>", kStartOfText}, {"<|endoftext|>", kEndOfText}}};

constexpr std::array<std::u32string_view, 7> kContractions = {U"'s", U"'t",  U"'re", U"'ve",
                                                              U"'m", U"'ll", U"'d"};
// A special token that is only so in lower case splits words, but is none: three words.
constexpr std::array<std::u32string_view, 2> kSpelledSpecials = {U"<|startoftext|>", U"<|endoftext|>"};

// NFC, then lower case: a character that becomes two is not composed again.
std::u32string normalized(std::string_view text) {
  std::u32string lower;
  for (const char32_t character : composed(text)) lower += lower_case(character);
  return lower;
}

bool is_other(char32_t character) {
  return !is_space(character) && !is_letter(character) && !is_number(character);
}

std::size_t run(std::u32string_view text, bool (*is_of)(char32_t)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_of) - text.begin());
}

// How many characters the word at the start of `text` has; 0: none starts there.
std::size_t word_length(std::u32string_view text) {
  for (const std::u32string_view contraction : kContractions) {
    if (text.starts_with(contraction)) return contraction.size();
  }
  if (is_letter(text.front())) return run(text, is_letter);
  if (is_number(text.front())) return 1;
  return run(text, is_other);
}

class WordSplitter {
 public:
  WordSplitter(const Vocabulary& vocabulary, std::vector<TokenId>& tokens)
      : vocabulary_(vocabulary), tokens_(tokens) {}

  void append(std::u32string_view text) {
    while (!text.empty()) {
      std::size_t length = word_length(text);
      bool spelled = false;
      for (const std::u32string_view special : kSpelledSpecials) {
        if (!text.starts_with(special)) continue;
        append_word(text.substr(0, 2));
        append_word(text.substr(2, special.size() - 4));
        append_word(text.substr(special.size() - 2, 2));
        length = special.size();
        spelled = true;
      }
      if (!spelled && length > 0) append_word(text.substr(0, length));
      text.remove_prefix(std::max<std::size_t>(length, 1));
    }
  }

 private:
  void append_word(std::u32string_view word) {
    bytes_.clear();
    for (const char32_t character : word) append_utf8(bytes_, character);
    vocabulary_.append_word(bytes_, tokens_);
  }

  const Vocabulary& vocabulary_;
  std::vector<TokenId>& tokens_;
  std::string bytes_;
};

// The first special token in `text`, or none.
const SpecialToken* first_special(std::string_view text, std::size_t& at) {
  const SpecialToken* first = nullptr;
  at = text.size();
  for (const SpecialToken& special : kSpecialTokens) {
    const std::size_t found = text.find(special.text);
    if (found >= at) continue;
    at = found;
    first = &special;
  }
  return first;
}

}  // namespace

std::vector<TokenId> tokenize(std::string_view text, const Vocabulary& vocabulary) {
  if (!is_utf8(text)) throw Error(sentence("the text {} is not UTF-8", quote(text)));
  std::vector<TokenId> tokens;
  WordSplitter words(vocabulary, tokens);
  while (!text.empty()) {
    std::size_t at = 0;
    const SpecialToken* special = first_special(text, at);
    words.append(normalized(text.substr(0, at)));
    text.remove_prefix(at);
    if (special == nullptr) break;
    tokens.push_back(special->id);
    text.remove_prefix(special->text.size());
  }
  return tokens;
}

}  // namespace ksampler
