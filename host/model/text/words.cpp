#include "host/model/text/words.hpp"

#include "host/model/text/unicode.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace ksampler {
namespace {

// As tokenizer.json and tekken.json write them.
constexpr std::array<std::pair<std::string_view, WordRule>, 3> kPatterns = {{
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     WordRule::qwen},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     WordRule::numbers},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     WordRule::tekken},
}};

constexpr std::array<std::u32string_view, 7> kContractionsOfAnyCase = {U"'s", U"'t",  U"'re", U"'ve",
                                                                       U"'m", U"'ll", U"'d"};
constexpr std::size_t kMostNumbers = 3;

bool is_line_end(char32_t c) { return c == U'\r' || c == U'\n'; }
bool is_line_end_or_slash(char32_t c) { return is_line_end(c) || c == U'/'; }
bool is_of_no_word(char32_t c) { return !is_space(c) && !is_letter(c) && !is_number(c); }
bool may_stand_before_letters(char32_t c) { return !is_line_end(c) && !is_letter(c) && !is_number(c); }

// Letters that have no case, and marks, count as both.
bool counts_as_capital(char32_t c) { return is_mark(c) || (is_letter(c) && !is_small(c)); }
bool counts_as_small(char32_t c) { return is_mark(c) || (is_letter(c) && !is_capital(c)); }

std::size_t length_of(std::u32string_view text, bool (*is_of)(char32_t)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_of) - text.begin());
}

// "'S" counts too, and so does the long s, whose small letter is s.
bool begins_with_contraction(std::u32string_view text, std::u32string_view contraction) {
  if (text.size() < contraction.size()) return false;
  for (std::size_t i = 0; i < contraction.size(); ++i) {
    const char32_t c = text[i] == U'\u017F' ? U's' : text[i];
    const std::u32string lower = lower_case(c);
    if (lower.size() != 1 || lower[0] != contraction[i]) return false;
  }
  return true;
}

std::size_t contraction_length(std::u32string_view text) {
  for (const std::u32string_view contraction : kContractionsOfAnyCase) {
    if (begins_with_contraction(text, contraction)) return contraction.size();
  }
  return 0;
}

std::size_t letters_length(std::u32string_view text) {
  const std::size_t skipped = may_stand_before_letters(text.front()) ? 1 : 0;
  const std::size_t letters = length_of(text.substr(skipped), is_letter);
  return letters == 0 ? 0 : skipped + letters;
}

// Capitals, then small letters, of which there is one at least; 0: they do not begin here.
std::size_t capitals_then_small(std::u32string_view text) {
  const std::size_t capitals = length_of(text, counts_as_capital);
  if (const std::size_t small = length_of(text.substr(capitals), counts_as_small); small > 0) {
    return capitals + small;
  }
  // The last that counts as both is the small letter.
  for (std::size_t last = capitals; last > 0; --last) {
    if (counts_as_small(text[last - 1])) return last;
  }
  return 0;
}

std::size_t cased_letters_length(std::u32string_view text) {
  const bool skips = may_stand_before_letters(text.front());
  const auto find = [&](auto length) -> std::size_t {
    if (const std::size_t found = skips ? length(text.substr(1)) : 0; found > 0) return 1 + found;
    return length(text);
  };
  if (const std::size_t found = find(capitals_then_small); found > 0) return found;
  return find([](std::u32string_view rest) { return length_of(rest, counts_as_capital); });
}

std::size_t others_length(std::u32string_view text, WordRule rule) {
  const std::size_t skipped = text.front() == U' ' ? 1 : 0;
  const std::size_t others = length_of(text.substr(skipped), is_of_no_word);
  if (others == 0) return 0;
  const std::size_t length = skipped + others;
  const auto ends = rule == WordRule::tekken ? is_line_end_or_slash : is_line_end;
  return length + length_of(text.substr(length), ends);
}

std::size_t spaces_length(std::u32string_view text) {
  const std::size_t spaces = length_of(text, is_space);
  for (std::size_t last = spaces; last > 0; --last) {
    if (is_line_end(text[last - 1])) return last;
  }
  const bool before_word = spaces > 1 && spaces < text.size();
  return before_word ? spaces - 1 : spaces;
}

}  // namespace

std::optional<WordRule> word_rule_of(std::string_view pattern) {
  for (const auto& [known, rule] : kPatterns) {
    if (known == pattern) return rule;
  }
  return std::nullopt;
}

std::size_t word_length(std::u32string_view text, WordRule rule) {
  const bool cased = rule == WordRule::tekken;
  if (const std::size_t length = cased ? 0 : contraction_length(text); length > 0) return length;
  const std::size_t letters = cased ? cased_letters_length(text) : letters_length(text);
  if (letters > 0) return letters;
  if (is_number(text.front())) {
    return rule == WordRule::numbers ? std::min(length_of(text, is_number), kMostNumbers) : 1;
  }
  if (const std::size_t length = others_length(text, rule); length > 0) return length;
  return std::max<std::size_t>(spaces_length(text), 1);
}

}  // namespace ksampler
