#include "host/model/load/sentence_tower.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/model/load/sentence_tokens.hpp"
#include "host/model/text/sentence_pieces.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace ksampler {
namespace {

constexpr std::int64_t kT5Vocabulary = 32'100;

class T5Tower : public SentenceTower {
 public:
  T5Tower(std::shared_ptr<const T5Text> network, const T5Lengths& lengths, std::int64_t layer = -1)
      : network_(std::move(network)), lengths_(lengths), layer_(layer) {
    check_sentence_vocabulary(name(), network_->vocabulary(), kT5Vocabulary);
  }

  std::string name() const override { return "T5"; }
  std::int64_t width() const override { return network_->width(); }
  std::uint64_t bytes() const override { return network_->bytes(); }

  at::Tensor encode(std::string_view prompt) const override {
    auto [tokens, weights, weighted] = t5_tokens_of(prompt);
    tokens.resize(std::max(tokens.size() + static_cast<std::size_t>(lengths_.more),
                           static_cast<std::size_t>(lengths_.least)),
                  kT5Pad);
    weights.resize(tokens.size(), 1.0F);
    const at::Device device = network_->device();
    if (!weighted) return (*network_)(ids_tensor(tokens).unsqueeze(0).to(device), layer_);
    std::vector<TokenId> empty(tokens.size(), kT5Pad);
    empty[0] = kT5End;
    const at::Tensor both =
        (*network_)(at::stack({ids_tensor(tokens), ids_tensor(empty)}).to(device), layer_);
    return with_weights(both.narrow(0, 0, 1), both.narrow(0, 1, 1), weights);
  }

  // A layer that it does not have is its last, as with CLIP.
  std::shared_ptr<const SentenceTower> with_last_layer(std::int64_t layer) const override {
    return std::make_shared<T5Tower>(network_, lengths_, -layer > network_->layers() ? -1 : layer);
  }

 private:
  std::shared_ptr<const T5Text> network_;
  T5Lengths lengths_;
  std::int64_t layer_;
};

// "\(" and "\)" are parentheses in every prompt.
std::string without_escapes(std::string_view prompt) {
  std::string text;
  for (std::size_t i = 0; i < prompt.size(); ++i) {
    const bool escapes =
        prompt[i] == '\\' && i + 1 < prompt.size() && (prompt[i + 1] == '(' || prompt[i + 1] == ')');
    if (!escapes) text += prompt[i];
  }
  return text;
}

constexpr std::string_view kTurn = "<|im_start|>";
constexpr std::string_view kEnd = "<|endoftext|>";
constexpr std::string_view kPicture = "<|image_pad|>";

// Where the second turn begins, as ComfyUI finds it; with one turn, that.
std::size_t second_turn(const ByteTokenizer& tokenizer, const std::vector<TokenId>& tokens) {
  const TokenId turn = tokenizer.tokens(kTurn).at(0);
  std::size_t at = 0;
  int turns = 0;
  for (std::size_t i = 0; i < tokens.size() && turns < 2; ++i) {
    if (tokens[i] != turn) continue;
    at = i;
    ++turns;
  }
  return at;
}

// Up to the second turn, or behind the "<|im_start|>user" and line end that it begins with.
std::int64_t left_out_of(const ByteTokenizer& tokenizer, const std::vector<TokenId>& tokens,
                         LeftOut what) {
  if (what == LeftOut::nothing) return 0;
  const std::size_t at = second_turn(tokenizer, tokens);
  if (what == LeftOut::system_turn) return static_cast<std::int64_t>(at);
  const std::vector<TokenId> user = tokenizer.tokens("user\n");
  const bool is_user =
      tokens.size() > at + user.size() + 1 &&
      std::equal(user.begin(), user.end(), tokens.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  return static_cast<std::int64_t>(is_user ? at + 1 + user.size() : at);
}

class LanguageTower : public SentenceTower {
 public:
  LanguageTower(std::shared_ptr<const LanguageText> network, LanguageRules rules,
                std::shared_ptr<const ByteTokenizer> tokenizer)
      : network_(std::move(network)), rules_(std::move(rules)), tokenizer_(std::move(tokenizer)) {
    check_sentence_vocabulary(rules_.name, network_->vocabulary(), tokenizer_->size());
  }

  std::string name() const override { return rules_.name; }
  std::int64_t width() const override { return network_->width(); }
  std::uint64_t bytes() const override { return network_->bytes(); }
  BroughtTokenizer tokenizer() const override { return {.bytes = tokenizer_}; }

  at::Tensor encode(std::string_view prompt) const override {
    auto tokens = tokens_of(rules_.before, words_of(prompt));
    const auto count = static_cast<std::int64_t>(tokens.size());
    if (count < rules_.least) {
      tokens.resize(static_cast<std::size_t>(rules_.least), tokenizer_->tokens(kEnd).at(0));
    }
    const at::Tensor all = (*network_)(ids_tensor(tokens).unsqueeze(0).to(network_->device()), count);
    const std::int64_t missing = rules_.zeros_to - all.size(1);
    if (missing > 0) return at::cat({at::zeros({1, missing, all.size(2)}, all.options()), all}, 1);
    const std::int64_t left_out = left_out_of(*tokenizer_, tokens, rules_.left_out);
    return all.narrow(1, left_out, all.size(1) - left_out);
  }

  EncodedSentence encode_with(const PromptPictures& given, std::string_view prompt) const override {
    if (rules_.before_pictures.empty()) return SentenceTower::encode_with(given, prompt);
    const LanguageVision* const vision = network_->vision();
    if (vision == nullptr && !given.pictures.empty()) {
      throw Error(
          sentence("this file of {} has no part that sees pictures (no tensor "
                   "'visual.patch_embed.proj.weight'); expected the whole {}",
                   rules_.name, rules_.whole_name));
    }
    const std::vector<TokenId> tokens =
        tokens_of(rules_.before_pictures, given.marks + words_of(prompt));
    const TokenId mark = tokenizer_->tokens(kPicture).at(0);
    std::vector<SeenPicture> seen;
    std::vector<std::int64_t> at;
    for (std::size_t i = 0; i < tokens.size() && seen.size() < given.pictures.size(); ++i) {
      if (tokens[i] != mark) continue;
      at.push_back(static_cast<std::int64_t>(i));
      seen.push_back((*vision)(given.pictures[seen.size()]));
    }
    const at::Tensor ids = ids_tensor(tokens).to(network_->device());
    const at::Tensor all = (*network_)(network_->with_pictures(ids, seen, at));
    const std::int64_t left_out = left_out_of(*tokenizer_, tokens, rules_.left_out);
    if (rules_.latents_stand_for_pictures && given.latents_follow) {
      return without_pictures(all, seen, at, left_out);
    }
    return {.embedding = all.narrow(1, left_out, all.size(1) - left_out)};
  }

  std::shared_ptr<const SentenceTower> with_last_layer(std::int64_t /*layer*/) const override {
    throw Error(sentence("the text encoder {} gives the layer that its family takes, and no other",
                         rules_.name));
  }

 private:
  // `all` [1,T,W], from the token `first` on, without those of the pictures, which stand at `at` in the
  // prompt's tokens.
  static EncodedSentence without_pictures(const at::Tensor& all, const std::vector<SeenPicture>& seen,
                                          const std::vector<std::int64_t>& at, std::int64_t first) {
    std::vector<at::Tensor> kept;
    EncodedSentence made;
    std::int64_t begin = first;
    std::int64_t more = 0;   // tokens, by the pictures before
    std::int64_t count = 0;  // kept
    const auto keep_until = [&](std::int64_t end) {
      if (end > begin) kept.push_back(all.narrow(1, begin, end - begin));
      count += std::max<std::int64_t>(end - begin, 0);
    };
    for (std::size_t i = 0; i < seen.size(); ++i) {
      keep_until(at[i] + more);
      made.slots.push_back(count);
      begin = at[i] + more + seen[i].tokens.size(0);
      more += seen[i].tokens.size(0) - 1;
    }
    keep_until(all.size(1));
    made.embedding = at::cat(kept, 1);
    return made;
  }

  static std::string words_of(std::string_view prompt) {
    if (!is_utf8(prompt)) throw Error(sentence("the text {} is not UTF-8", quote(prompt)));
    std::string text;
    for (const std::string& piece : sentence_pieces_in(without_escapes(prompt))) text += piece;
    return text;
  }

  std::vector<TokenId> tokens_of(const std::string& before, const std::string& text) const {
    const bool whole = rules_.left_out != LeftOut::nothing && text.starts_with(kTurn);
    return tokenizer_->tokens(whole ? text : before + text + rules_.after);
  }

  std::shared_ptr<const LanguageText> network_;
  LanguageRules rules_;
  std::shared_ptr<const ByteTokenizer> tokenizer_;
};

}  // namespace

EncodedSentence SentenceTower::encode_with(const PromptPictures& /*pictures*/,
                                           std::string_view /*prompt*/) const {
  throw Error(
      sentence("the text encoder {} takes no pictures; expected Qwen2.5-VL, that of "
               "Qwen-Image-Edit, or Qwen3-VL, that of Qwen-Image 2.1",
               name()));
}

std::shared_ptr<const SentenceTower> t5_tower(std::shared_ptr<const T5Text> network,
                                              const T5Lengths& lengths) {
  return std::make_shared<T5Tower>(std::move(network), lengths);
}

std::shared_ptr<const SentenceTower> language_tower(std::shared_ptr<const LanguageText> network,
                                                    LanguageRules rules,
                                                    std::shared_ptr<const ByteTokenizer> tokenizer) {
  return std::make_shared<LanguageTower>(std::move(network), std::move(rules), std::move(tokenizer));
}

}  // namespace ksampler
