#include "host/model/text/prompt.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <cmath>

namespace ksampler {
namespace {

constexpr double kEmphasis = 1.1;  // what a pair of parentheses multiplies by
constexpr int kMaximumDepth = 500;
constexpr std::string_view kEmbedding = "embedding:";

// Escaped parentheses, while those that group are looked for: bytes that UTF-8 has not.
constexpr char kOpening = '\xFE';
constexpr char kClosing = '\xFF';

std::string hide_escaped(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && (next == '(' || next == ')')) {
      made += next == '(' ? kOpening : kClosing;
      ++i;
    } else {
      made += text[i];
    }
  }
  return made;
}

std::string show_escaped(std::string_view text) {
  std::string made(text);
  for (char& c : made) {
    if (c == kOpening) c = '(';
    if (c == kClosing) c = ')';
  }
  return made;
}

// What stands between and in the outermost parentheses, those included. A ")" before its "(" is text,
// and so is the "(" after it.
std::vector<std::string_view> outermost(std::string_view text) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  const auto end_part = [&](std::size_t end) {
    if (end > begin) parts.push_back(text.substr(begin, end - begin));
    begin = end;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(' && depth++ == 0) end_part(i);
    if (text[i] == ')' && --depth == 0) end_part(i + 1);
  }
  end_part(text.size());
  return parts;
}

void refuse_infinite(double weight, std::string_view group) {
  if (std::isfinite(weight)) return;
  throw Error(sentence("the weight in {} is not finite; expected a number such as 1.2",
                       quote("(" + show_escaped(group) + ")")));
}

void append_parts(std::string_view text, double weight, int depth, std::vector<WeightedText>& parts) {
  if (depth > kMaximumDepth) {
    throw Error(sentence("parentheses are nested more than {} deep", kMaximumDepth));
  }
  for (std::string_view part : outermost(text)) {
    if (part.size() < 2 || part.front() != '(' || part.back() != ')') {
      parts.push_back({show_escaped(part), weight});
      continue;
    }
    part = part.substr(1, part.size() - 2);
    double inner = weight * kEmphasis;
    const std::size_t colon = part.rfind(':');
    if (colon != std::string_view::npos && colon > 0) {
      if (const auto given = parse_weight(part.substr(colon + 1))) {
        inner = *given;
        refuse_infinite(inner, part);
        part = part.substr(0, colon);
      }
    }
    append_parts(part, inner, depth + 1, parts);
  }
}

// ComfyUI puts a file's vectors in the place of such a word. Read as text, it would be another picture.
void refuse_embeddings(std::string_view text) {
  for (std::size_t at = text.find(kEmbedding); at != std::string_view::npos;
       at = text.find(kEmbedding, at + 1)) {
    if (at > 0 && text[at - 1] != ' ' && text[at - 1] != '\n') continue;
    const std::string_view word = text.substr(at, text.find_first_of(" \n", at) - at);
    throw Error(
        sentence("{} names a textual inversion, which KSampler does not load; write the words that it "
                 "stands for",
                 quote(word)));
  }
}

}  // namespace

std::vector<WeightedText> parse_prompt(std::string_view prompt) {
  if (!is_utf8(prompt)) throw Error(sentence("the prompt {} is not UTF-8", quote(prompt)));
  std::vector<WeightedText> parts;
  append_parts(hide_escaped(prompt), 1.0, 0, parts);
  for (const WeightedText& part : parts) refuse_embeddings(part.text);
  return parts;
}

}  // namespace ksampler
