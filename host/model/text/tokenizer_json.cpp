#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/text/byte_pair_files.hpp"
#include "host/model/text/vocabulary_json.hpp"

#include <algorithm>
#include <array>

namespace ksampler {
namespace {

using Json = nlohmann::json;

// What lies at a path of keys; null where it is not there.
const Json& at_path(const Json& value, std::initializer_list<const char*> keys) {
  static const Json none;
  const Json* at = &value;
  for (const char* key : keys) {
    if (!at->is_object() || !at->contains(key)) return none;
    at = &at->at(key);
  }
  return *at;
}

std::string text_at(const Json& value, std::initializer_list<const char*> keys) {
  const Json& found = at_path(value, keys);
  return found.is_string() ? found.get<std::string>() : std::string();
}

// Its steps, where it is a sequence; itself alone, where it is not.
std::vector<Json> steps_of(const Json& step, const char* list) {
  if (step.is_null()) return {};
  const Json& steps = at_path(step, {list});
  if (text_at(step, {"type"}) != "Sequence" || !steps.is_array()) return {step};
  return {steps.begin(), steps.end()};
}

// Whether the text is put into NFC first.
bool composes_text(const Json& file) {
  const std::vector<Json> steps = steps_of(at_path(file, {"normalizer"}), "normalizers");
  for (const Json& step : steps) {
    const std::string type = text_at(step, {"type"});
    if (type != "NFC") throw Error(sentence("has a normalizer {}; read is NFC, or none", quote(type)));
  }
  return !steps.empty();
}

WordRule words_by(const Json& file) {
  const std::vector<Json> steps = steps_of(at_path(file, {"pre_tokenizer"}), "pretokenizers");
  const bool in_bytes = steps.size() == 2 && text_at(steps[0], {"type"}) == "Split" &&
                        text_at(steps[1], {"type"}) == "ByteLevel";
  if (!in_bytes) {
    throw Error("has a pre_tokenizer other than 'Split' and 'ByteLevel', as Qwen and Mistral have");
  }
  const std::string pattern = text_at(steps[0], {"pattern", "Regex"});
  if (const auto rule = word_rule_of(pattern)) return *rule;
  throw Error(sentence("cuts words by the pattern {}; known are those of Qwen, Llama 3 and Mistral",
                       quote(pattern)));
}

using Ids = ByteTokenizer::Ids;

TokenId id_of(const Json& number, const std::string& token) {
  constexpr std::int64_t kMost = std::int64_t{1} << 24;
  const std::int64_t id = number.is_number_integer() ? number.get<std::int64_t>() : -1;
  if (id < 0 || id > kMost)
    throw Error(sentence("gives the token {} no id of 0 or more", quote(token)));
  return static_cast<TokenId>(id);
}

Ids ids_in(const Json& vocabulary) {
  if (!vocabulary.is_object()) throw Error("has no object 'vocab' in its 'model'");
  Ids ids;
  for (const auto& [token, id] : vocabulary.items()) ids.emplace(token, id_of(id, token));
  return ids;
}

// "a b", or a list of the two.
std::pair<std::string, std::string> pair_of(const Json& merge) {
  if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
    return {merge[0].get<std::string>(), merge[1].get<std::string>()};
  }
  const std::string text = merge.is_string() ? merge.get<std::string>() : std::string();
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return {};
  return {text.substr(0, space), text.substr(space + 1)};
}

std::vector<Merge> merges_in(const Json& list, const Ids& ids) {
  if (!list.is_array()) throw Error("has no list 'merges' in its 'model'");
  std::vector<Merge> merges;
  for (const Json& each : list) {
    const auto [left, right] = pair_of(each);
    const auto one = ids.find(left);
    const auto other = ids.find(right);
    const auto made = ids.find(left + right);
    if (left.empty() || one == ids.end() || other == ids.end() || made == ids.end()) {
      throw Error(
          sentence("has a merge, number {}, of tokens that its 'vocab' does not have", merges.size()));
    }
    merges.push_back({one->second, other->second, made->second});
  }
  return merges;
}

ByteTokenizer::Ids added_tokens(const Json& list) {
  ByteTokenizer::Ids named;
  for (const Json& each : list) {
    const std::string name = text_at(each, {"content"});
    if (!name.empty()) named.emplace(name, id_of(at_path(each, {"id"}), name));
  }
  return named;
}

// By their bytes: each is a text over GPT-2's alphabet.
Ids by_bytes(const Ids& ids) {
  std::unordered_map<std::string_view, char> byte_of;
  for (std::size_t byte = 0; byte < byte_letters().size(); ++byte) {
    byte_of.emplace(byte_letters().at(byte), static_cast<char>(byte));
  }
  Ids made;
  for (const auto& [token, id] : ids) {
    std::string bytes;
    for (std::size_t at = 0; at < token.size();) {
      const std::size_t length = static_cast<unsigned char>(token[at]) < 0x80 ? 1 : 2;
      const auto found = byte_of.find(std::string_view(token).substr(at, length));
      if (found == byte_of.end()) {  // a name, which is no text of bytes
        bytes.clear();
        break;
      }
      bytes += found->second;
      at += length;
    }
    if (!bytes.empty()) made.emplace(bytes, id);
  }
  return made;
}

}  // namespace

std::shared_ptr<const ByteTokenizer> read_tokenizer_json(std::string_view json) {
  const Json file = parse_vocabulary(json);
  const std::string type = text_at(file, {"model", "type"});
  if (type != "BPE") {
    throw Error(sentence("is a tokenizer of type {}; read is BPE on bytes, as Qwen and Mistral have it",
                         quote(type)));
  }
  const WordRule rule = words_by(file);
  const bool composes = composes_text(file);
  const Ids ids = ids_in(at_path(file, {"model", "vocab"}));
  const auto& letters = byte_letters();
  std::array<TokenId, std::tuple_size_v<std::remove_cvref_t<decltype(letters)>>> bytes{};
  for (std::size_t byte = 0; byte < letters.size(); ++byte) {
    const auto found = ids.find(letters.at(byte));
    if (found == ids.end()) throw Error(sentence("has no token for the byte {}", byte));
    bytes.at(byte) = found->second;
  }
  const std::vector<Merge> merges = merges_in(at_path(file, {"model", "merges"}), ids);
  ByteTokenizer::Ids named = added_tokens(at_path(file, {"added_tokens"}));
  TokenId last = 0;
  for (const auto& [token, id] : ids) last = std::max(last, id);
  for (const auto& [token, id] : named) last = std::max(last, id);
  const Json& whole_words = at_path(file, {"model", "ignore_merges"});
  const bool whole = whole_words.is_boolean() && whole_words.get<bool>();
  return std::make_shared<const ByteTokenizer>(Vocabulary(bytes, merges), std::move(named), rule,
                                               composes, last + 1, whole ? by_bytes(ids) : Ids());
}

}  // namespace ksampler
