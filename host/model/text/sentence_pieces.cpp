#include "host/model/text/sentence_pieces.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/text/incbin.hpp"
#include "host/model/text/unicode.hpp"

#include <sentencepiece_processor.h>

#include <array>
#include <charconv>
#include <string>

KSAMPLER_INCBIN(ksampler_t5_model, KSAMPLER_T5_MODEL_FILE)

namespace ksampler {
namespace {

constexpr TokenId kFirstExtra = 32'099;  // "<extra_id_0>"; they count down
constexpr int kExtras = 100;

struct Named {
  std::string_view text;
  TokenId id;
};
constexpr std::array<Named, 3> kNamed = {{{"<pad>", kT5Pad}, {"</s>", kT5End}, {"<unk>", 2}}};

// The token that is named at the start of `text`, and how long its name is.
std::pair<TokenId, std::size_t> named_at(std::string_view text) {
  for (const Named& named : kNamed) {
    if (text.starts_with(named.text)) return {named.id, named.text.size()};
  }
  constexpr std::string_view kExtra = "<extra_id_";
  if (!text.starts_with(kExtra)) return {-1, 0};
  const std::string_view rest = text.substr(kExtra.size());
  int number = -1;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  const auto digits = static_cast<std::size_t>(end - rest.data());
  const bool plain = digits == 1 || (digits == 2 && rest[0] != '0');
  if (error != std::errc() || !plain || number >= kExtras || !rest.substr(digits).starts_with(">")) {
    return {-1, 0};
  }
  return {kFirstExtra - number, kExtra.size() + digits + 1};
}

// Without the spaces of any script at its end, of which the library knows some alone.
std::string_view cut_at_end(std::string_view text) {
  while (!text.empty()) {
    std::size_t last = text.size() - 1;
    while (last > 0 && (static_cast<unsigned char>(text[last]) & 0xC0U) == 0x80U) --last;
    const std::u32string character = composed(text.substr(last));
    if (character.size() != 1 || !is_space(character[0])) break;
    text = text.substr(0, last);
  }
  return text;
}

}  // namespace

struct SentencePieces::State {
  sentencepiece::SentencePieceProcessor processor;
};

SentencePieces::SentencePieces(std::string_view model) : state_(std::make_unique<State>()) {
  const auto status = state_->processor.LoadFromSerializedProto({model.data(), model.size()});
  if (!status.ok()) throw Error(sentence("is no SentencePiece model: {}", status.ToString()));
}

SentencePieces::~SentencePieces() = default;

const SentencePieces& SentencePieces::t5() {
  static const SentencePieces pieces(ksampler_t5_model_bytes());
  return pieces;
}

std::int64_t SentencePieces::size() const { return state_->processor.GetPieceSize(); }

TokenId SentencePieces::start() const { return state_->processor.bos_id(); }

std::vector<TokenId> SentencePieces::pieces(std::string_view text) const {
  if (!is_utf8(text)) throw Error(sentence("the text {} is not UTF-8", quote(text)));
  if (text.empty()) return {};
  std::vector<int> ids;
  const auto status = state_->processor.Encode({text.data(), text.size()}, &ids);
  if (!status.ok()) throw Error(sentence("the text cannot be tokenized: {}", status.ToString()));
  return {ids.begin(), ids.end()};
}

std::vector<TokenId> SentencePieces::tokenize(std::string_view text) const {
  if (!is_utf8(text)) throw Error(sentence("the text {} is not UTF-8", quote(text)));
  std::vector<TokenId> tokens;
  const auto add = [&](std::string_view part) {
    const std::vector<TokenId> ids = pieces(cut_at_end(part));
    tokens.insert(tokens.end(), ids.begin(), ids.end());
  };
  std::size_t begin = 0;
  for (std::size_t at = text.find('<'); at != std::string_view::npos; at = text.find('<', at)) {
    const auto [id, length] = named_at(text.substr(at));
    if (id < 0) {
      ++at;
      continue;
    }
    add(text.substr(begin, at - begin));
    tokens.push_back(id);
    begin = at = at + length;
  }
  add(text.substr(begin));
  return tokens;
}

}  // namespace ksampler
