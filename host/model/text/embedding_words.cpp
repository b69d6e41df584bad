#include "host/model/text/embedding_words.hpp"

#include "host/model/text/prompt.hpp"

#include <algorithm>

namespace ksampler {
namespace {

constexpr std::string_view kWord = "embedding:";

// The next embedding from `at` on; npos: none.
std::size_t next_word(std::string_view text, std::size_t at) {
  while ((at = text.find(kWord, at)) != std::string_view::npos) {
    if (at == 0 || text[at - 1] == ' ' || text[at - 1] == '\n') return at;
    ++at;
  }
  return at;
}

// What follows an embedding's colon, up to the next embedding.
PromptPiece piece_after(std::string_view text, PromptVectors& vectors) {
  const std::size_t begin = text.find_first_not_of(kSpaces);
  if (begin == std::string_view::npos) return {{}, std::string(kWord)};  // no name
  const std::size_t end = std::min(text.find_first_of(kSpaces, begin), text.size());
  std::string name(text.substr(begin, end - begin));
  std::string rest(text.substr(end));
  const std::size_t last = name.find_last_not_of(',');
  if (last + 1 < name.size() && !vectors.has(name)) {
    rest = name.substr(last + 1) + rest;
    name.resize(last + 1);
  }
  return {vectors.find(name), rest};
}

}  // namespace

std::vector<PromptPiece> pieces_of(std::string_view text, PromptVectors& vectors) {
  std::vector<PromptPiece> pieces;
  std::size_t at = next_word(text, 0);
  if (at != 0) pieces.push_back({{}, std::string(text.substr(0, at))});
  while (at != std::string_view::npos) {
    const std::size_t begin = at + kWord.size();
    at = next_word(text, begin);
    const std::size_t length = at == std::string_view::npos ? at : at - begin;
    pieces.push_back(piece_after(text.substr(begin, length), vectors));
  }
  return pieces;
}

}  // namespace ksampler
