#include "host/model/text/vocabulary.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <string>
#include <tuple>

namespace ksampler {
namespace {

constexpr TokenId kBytes = 256;

// Of a byte, in Latin-1. Ids follow that: the bytes that print, then the others.
bool prints(int byte) {
  return (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

std::string utf8(int code) {
  if (code < 0x80) return {static_cast<char>(code)};
  return {static_cast<char>(0xC0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3F))};
}

std::uint64_t pair_key(TokenId left, TokenId right) {
  return static_cast<std::uint64_t>(left) << 32U | static_cast<std::uint32_t>(right);
}

[[noreturn]] void refuse(int line, std::string_view text) {
  throw Error({"merges.txt", line, 1},
              quote(text) + " is not two tokens that are known by then, with a space between");
}

}  // namespace

const std::array<std::string, kBytes>& byte_letters() {
  static const std::array<std::string, kBytes> letters = [] {
    std::array<std::string, kBytes> made;
    int other = 0;
    for (int byte = 0; byte < kBytes; ++byte) {
      made.at(static_cast<std::size_t>(byte)) = utf8(prints(byte) ? byte : 0x100 + other++);
    }
    return made;
  }();
  return letters;
}

Vocabulary::Vocabulary(std::string_view merges, WordEnds ends)
    : byte_ids_{}, word_end_(ends == WordEnds::marked ? kBytes : 0) {
  std::unordered_map<std::string, TokenId> ids;
  TokenId next = 0;
  for (const bool printing : {true, false}) {
    for (int byte = 0; byte < kBytes; ++byte) {
      if (prints(byte) != printing) continue;
      const std::string& letter = byte_letters()[static_cast<std::size_t>(byte)];
      byte_ids_[static_cast<std::size_t>(byte)] = next;
      ids[letter] = next;
      if (word_end_ > 0) ids[letter + "</w>"] = next + word_end_;
      ++next;
    }
  }

  const TokenId first = kBytes + word_end_;
  next = first;
  while (!merges.empty()) {
    const std::string_view line = merges.substr(0, merges.find('\n'));
    merges.remove_prefix(std::min(line.size() + 1, merges.size()));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) refuse(next - first + 1, line);
    const std::string left(line.substr(0, space));
    const std::string right(line.substr(space + 1));
    const auto left_id = ids.find(left);
    const auto right_id = ids.find(right);
    if (left_id == ids.end() || right_id == ids.end()) refuse(next - first + 1, line);
    add({left_id->second, right_id->second, next});
    ids.emplace(left + right, next++);
  }
}

Vocabulary::Vocabulary(const std::array<TokenId, 256>& bytes, std::span<const Merge> merges)
    : byte_ids_(bytes) {
  merges_.reserve(merges.size());
  for (const Merge& merge : merges) add(merge);
}

// Of a pair that is there twice, the first counts.
void Vocabulary::add(const Merge& merge) {
  merges_.emplace(pair_key(merge.left, merge.right),
                  Made{static_cast<std::int32_t>(merges_.size()), merge.made});
}

const Vocabulary& Vocabulary::clip() {
  static const Vocabulary vocabulary(merges_text());
  return vocabulary;
}

const Vocabulary::Made* Vocabulary::merged(TokenId left, TokenId right) const {
  const auto found = merges_.find(pair_key(left, right));
  return found == merges_.end() ? nullptr : &found->second;
}

void Vocabulary::append_word(std::string_view word, std::vector<TokenId>& tokens) const {
  if (word.empty()) return;
  struct Piece {
    TokenId id;  // -1: it is part of its left neighbour
    int left;
    int right;  // -1: none
  };
  std::vector<Piece> pieces;
  for (const char byte : word) {
    const int at = static_cast<int>(pieces.size());
    pieces.push_back({byte_ids_[static_cast<unsigned char>(byte)], at - 1, at + 1});
  }
  pieces.back().id += word_end_;
  pieces.back().right = -1;

  // Merges to come: the rank, the place of the left token, the id made, and the two ids as they were.
  using Coming = std::tuple<std::int32_t, int, TokenId, TokenId, TokenId>;
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> queue;
  const auto consider = [&](int left) {
    if (left < 0 || pieces[left].right < 0) return;
    const TokenId a = pieces[left].id;
    const TokenId b = pieces[pieces[left].right].id;
    if (const Made* made = merged(a, b)) queue.emplace(made->rank, left, made->id, a, b);
  };
  for (int i = 0; i < static_cast<int>(pieces.size()); ++i) consider(i);

  while (!queue.empty()) {
    const auto [rank, at, made, a, b] = queue.top();
    queue.pop();
    Piece& left = pieces[at];
    if (left.id != a || left.right < 0 || pieces[left.right].id != b) continue;  // merged since
    pieces[left.right].id = -1;
    left.id = made;
    left.right = pieces[left.right].right;
    if (left.right >= 0) pieces[left.right].left = at;
    consider(left.left);
    consider(at);
  }
  for (const Piece& piece : pieces) {
    if (piece.id >= 0) tokens.push_back(piece.id);
  }
}

}  // namespace ksampler
