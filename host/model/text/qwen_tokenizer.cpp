#include "host/model/text/qwen_tokenizer.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/text/incbin.hpp"
#include "host/model/text/unicode.hpp"

#include <algorithm>
#include <array>
#include <string>

KSAMPLER_INCBIN(ksampler_qwen_merges, KSAMPLER_QWEN_MERGES_FILE)

namespace ksampler {
namespace {

constexpr TokenId kFirstNamed = 151'643;
constexpr std::array<std::string_view, 26> kNamed = {
    "<|endoftext|>",  "<|im_start|>",   "<|im_end|>",      "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>",  "<|box_end|>",    "<|quad_start|>",  "<|quad_end|>",         "<|vision_start|>",
    "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>",   "<|video_pad|>",        "<tool_call>",
    "</tool_call>",   "<|fim_prefix|>", "<|fim_middle|>",  "<|fim_suffix|>",       "<|fim_pad|>",
    "<|repo_name|>",  "<|file_sep|>",   "<tool_response>", "</tool_response>",     "<think>",
    "</think>"};
static_assert(kFirstNamed + kNamed.size() == kQwenVocabularySize);

constexpr std::array<std::u32string_view, 7> kContractions = {U"'s", U"'t",  U"'re", U"'ve",
                                                              U"'m", U"'ll", U"'d"};

bool is_line_end(char32_t c) { return c == U'\r' || c == U'\n'; }
bool is_other(char32_t c) { return !is_space(c) && !is_letter(c) && !is_number(c); }

std::size_t run(std::u32string_view text, bool (*is_of)(char32_t)) {
  return static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_of) - text.begin());
}

// "'S" counts too, and so does the long s, whose small letter is s.
bool is_contraction(std::u32string_view text, std::u32string_view contraction) {
  if (text.size() < contraction.size()) return false;
  for (std::size_t i = 0; i < contraction.size(); ++i) {
    const char32_t c = text[i] == U'\u017F' ? U's' : text[i];
    const std::u32string lower = lower_case(c);
    if (lower.size() != 1 || lower[0] != contraction[i]) return false;
  }
  return true;
}

// How many characters the word at the start of `text`, which is not empty, has.
std::size_t word_length(std::u32string_view text) {
  for (const std::u32string_view contraction : kContractions) {
    if (is_contraction(text, contraction)) return contraction.size();
  }
  const char32_t first = text.front();
  if (is_letter(first)) return run(text, is_letter);
  const bool before_letters = !is_line_end(first) && !is_number(first) && text.size() > 1;
  if (before_letters && is_letter(text[1])) return 1 + run(text.substr(1), is_letter);
  if (is_number(first)) return 1;
  const std::size_t skipped = first == U' ' ? 1 : 0;
  if (const std::size_t others = run(text.substr(skipped), is_other); others > 0) {
    const std::size_t length = skipped + others;
    return length + run(text.substr(length), is_line_end);
  }
  const std::size_t spaces = run(text, is_space);
  for (std::size_t last = spaces; last > 0; --last) {
    if (is_line_end(text[last - 1])) return last;
  }
  const bool before_word = spaces > 1 && spaces < text.size();
  return before_word ? spaces - 1 : spaces;
}

void append(std::string_view text, std::vector<TokenId>& tokens) {
  const std::u32string all = composed(text);
  std::u32string_view rest = all;
  std::string bytes;
  while (!rest.empty()) {
    const std::size_t length = std::max<std::size_t>(word_length(rest), 1);
    bytes.clear();
    for (const char32_t character : rest.substr(0, length)) append_utf8(bytes, character);
    qwen_vocabulary().append_word(bytes, tokens);
    rest.remove_prefix(length);
  }
}

}  // namespace

const Vocabulary& qwen_vocabulary() {
  static const Vocabulary vocabulary(ksampler_qwen_merges_bytes(), Vocabulary::WordEnds::unmarked);
  return vocabulary;
}

std::vector<TokenId> qwen_tokens(std::string_view text) {
  if (!is_utf8(text)) throw Error(sentence("the text {} is not UTF-8", quote(text)));
  std::vector<TokenId> tokens;
  while (!text.empty()) {
    std::size_t at = text.size();
    std::size_t which = kNamed.size();
    for (std::size_t i = 0; i < kNamed.size(); ++i) {
      const std::size_t found = text.find(kNamed[i]);
      if (found >= at) continue;
      at = found;
      which = i;
    }
    append(text.substr(0, at), tokens);
    if (which == kNamed.size()) break;
    tokens.push_back(kFirstNamed + static_cast<TokenId>(which));
    text.remove_prefix(at + kNamed[which].size());
  }
  return tokens;
}

}  // namespace ksampler
