#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/base64.hpp"
#include "host/model/text/byte_pair_files.hpp"
#include "host/model/text/vocabulary_json.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace ksampler {
namespace {

constexpr std::size_t kBytesInAll = 256;
constexpr std::size_t kMostTokens = std::size_t{1} << 24;

// Empty where it is no base64.
std::string token_bytes(const std::string& text) {
  try {
    return bytes_of_base64(text);
  } catch (const Error&) {
    return {};
  }
}

const nlohmann::json& list_in(const nlohmann::json& file, const char* key) {
  const auto found = file.find(key);
  if (found == file.end() || !found->is_array()) throw Error(sentence("has no list '{}'", key));
  return *found;
}

// -1: there is none.
std::int64_t number_in(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return -1;
  return found->get<std::int64_t>();
}

std::string text_in(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

std::size_t rank_in(const nlohmann::json& entry, const char* list) {
  const std::int64_t rank = number_in(entry, "rank");
  if (rank >= 0 && rank < static_cast<std::int64_t>(kMostTokens)) return static_cast<std::size_t>(rank);
  throw Error(sentence("has an entry of '{}' without a 'rank' of 0 or more", list));
}

// The bytes of each token, by rank.
std::vector<std::string> tokens_by_rank(const nlohmann::json& vocabulary, std::size_t most) {
  std::vector<std::string> tokens;
  for (const nlohmann::json& entry : vocabulary) {
    const std::size_t rank = rank_in(entry, "vocab");
    if (rank >= most) continue;  // of those that a model of this size has no rows for
    if (rank >= tokens.size()) tokens.resize(rank + 1);
    tokens[rank] = token_bytes(text_in(entry, "token_bytes"));
    if (tokens[rank].empty()) {
      throw Error(sentence("has no bytes in base64 as 'token_bytes' of rank {}", rank));
    }
  }
  const auto missing = std::ranges::find(tokens, "");
  if (missing != tokens.end()) {
    throw Error(sentence("has no token of rank {}, and {} as its highest rank",
                         missing - tokens.begin(), tokens.size() - 1));
  }
  return tokens;
}

using Ranks = std::unordered_map<std::string_view, TokenId>;

// As transformers orders them: by the token made, then by the left one, then by the right one.
std::vector<Merge> merges_between(const std::vector<std::string>& tokens, const Ranks& ranks) {
  std::vector<Merge> merges;
  for (std::size_t rank = 0; rank < tokens.size(); ++rank) {
    const std::string_view token = tokens[rank];
    const auto first = static_cast<std::ptrdiff_t>(merges.size());
    for (std::size_t cut = 1; cut < token.size(); ++cut) {
      const auto left = ranks.find(token.substr(0, cut));
      const auto right = ranks.find(token.substr(cut));
      if (left == ranks.end() || right == ranks.end()) continue;
      merges.push_back({left->second, right->second, static_cast<TokenId>(rank)});
    }
    std::sort(merges.begin() + first, merges.end(), [](const Merge& a, const Merge& b) {
      return std::tie(a.left, a.right) < std::tie(b.left, b.right);
    });
  }
  return merges;
}

ByteTokenizer::Ids names_in(const nlohmann::json& list, std::size_t count) {
  ByteTokenizer::Ids named;
  for (const nlohmann::json& entry : list) {
    const std::size_t rank = rank_in(entry, "special_tokens");
    if (rank >= count) {
      throw Error(sentence("has a rank of {} in 'special_tokens', which are {}", rank, count));
    }
    named.emplace(text_in(entry, "token_str"), static_cast<TokenId>(rank));
  }
  return named;
}

}  // namespace

std::shared_ptr<const ByteTokenizer> read_tekken(std::string_view json) {
  const nlohmann::json file = parse_vocabulary(json);
  const nlohmann::json& specials = list_in(file, "special_tokens");
  const nlohmann::json config = file.value("config", nlohmann::json::object());
  const std::int64_t said = number_in(config, "default_num_special_tokens");
  const std::size_t count = said < 0 ? specials.size() : static_cast<std::size_t>(said);
  const std::int64_t size = number_in(config, "default_vocab_size");
  const std::size_t most = size < 0 ? kMostTokens : static_cast<std::size_t>(size) - count;
  if (count > kMostTokens || most > kMostTokens) {
    throw Error(sentence("says that it has {} tokens, {} of them special", size, count));
  }
  ByteTokenizer::Ids named = names_in(specials, count);
  const std::vector<std::string> tokens = tokens_by_rank(list_in(file, "vocab"), most);
  Ranks ranks;
  for (std::size_t i = 0; i < tokens.size(); ++i) ranks.emplace(tokens[i], static_cast<TokenId>(i));

  const auto first = static_cast<TokenId>(count);
  std::array<TokenId, kBytesInAll> bytes{};
  for (std::size_t byte = 0; byte < kBytesInAll; ++byte) {
    const std::string alone(1, static_cast<char>(byte));
    const auto found = ranks.find(alone);
    if (found == ranks.end()) throw Error(sentence("has no token for the byte {}", byte));
    bytes.at(byte) = first + found->second;
  }
  std::vector<Merge> merges = merges_between(tokens, ranks);
  for (Merge& merge : merges) {
    merge = {merge.left + first, merge.right + first, merge.made + first};
  }
  ByteTokenizer::Ids whole;
  for (const auto& [token, rank] : ranks) whole.emplace(token, first + rank);
  return std::make_shared<const ByteTokenizer>(Vocabulary(bytes, merges), std::move(named),
                                               WordRule::numbers, /*composes=*/false,
                                               first + static_cast<TokenId>(tokens.size()), whole);
}

}  // namespace ksampler
