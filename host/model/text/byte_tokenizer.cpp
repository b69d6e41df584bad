#include "host/model/text/byte_tokenizer.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/text/unicode.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

std::size_t first_byte(std::string_view text) { return static_cast<unsigned char>(text.front()); }

}  // namespace

ByteTokenizer::ByteTokenizer(Vocabulary vocabulary, Ids named, WordRule rule, bool composes,
                             TokenId size, const Ids& whole)
    : vocabulary_(std::move(vocabulary)),
      named_(std::move(named)),
      rule_(rule),
      composes_(composes),
      size_(size) {
  for (const auto& [bytes, id] : whole) {
    std::vector<TokenId> merged;
    vocabulary_.append_word(bytes, merged);
    if (merged != std::vector{id}) whole_.emplace(bytes, id);
  }
  named_.erase("");
  for (const auto& entry : named_) by_first_byte_.at(first_byte(entry.first)).push_back(&entry);
  for (auto& names : by_first_byte_) {
    std::ranges::sort(names, std::greater<>(), [](const auto* entry) { return entry->first.size(); });
  }
}

const ByteTokenizer::Ids::value_type* ByteTokenizer::named_at(std::string_view text) const {
  for (const Ids::value_type* entry : by_first_byte_.at(first_byte(text))) {
    if (text.starts_with(entry->first)) return entry;
  }
  return nullptr;
}

std::optional<TokenId> ByteTokenizer::named(const std::string& name) const {
  const auto found = named_.find(name);
  return found == named_.end() ? std::nullopt : std::optional(found->second);
}

void ByteTokenizer::append(std::string_view text, std::vector<TokenId>& tokens) const {
  const std::u32string all = composes_ ? composed(text) : characters(text);
  std::u32string_view rest = all;
  std::string bytes;
  while (!rest.empty()) {
    const std::size_t length = word_length(rest, rule_);
    bytes.clear();
    for (const char32_t character : rest.substr(0, length)) append_utf8(bytes, character);
    if (const auto found = whole_.find(bytes); found != whole_.end()) {
      tokens.push_back(found->second);
    } else {
      vocabulary_.append_word(bytes, tokens);
    }
    rest.remove_prefix(length);
  }
}

std::vector<TokenId> ByteTokenizer::tokens(std::string_view text) const {
  if (!is_utf8(text)) throw Error(sentence("the text {} is not UTF-8", quote(text)));
  std::vector<TokenId> tokens;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Ids::value_type* name = named_at(text.substr(at));
    if (name == nullptr) {
      ++at;
      continue;
    }
    append(text.substr(begin, at - begin), tokens);
    tokens.push_back(name->second);
    begin = at = at + name->first.size();
  }
  append(text.substr(begin), tokens);
  return tokens;
}

}  // namespace ksampler
