// Anima's text encoder: Qwen3 0.6B, and the same prompt in T5's tokens, which the network reads itself.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/load/sentence_tokens.hpp"
#include "host/model/load/sentence_tower.hpp"

#include <ATen/ops/tensor.h>

#include <utility>

namespace ksampler {
namespace {

constexpr std::string_view kOfAnEmptyPrompt = "<|endoftext|>";

class AnimaTower : public SentenceTower {
 public:
  AnimaTower(std::shared_ptr<const LanguageText> network,
             std::shared_ptr<const ByteTokenizer> tokenizer)
      : network_(std::move(network)), tokenizer_(std::move(tokenizer)) {
    check_sentence_vocabulary(name(), network_->vocabulary(), tokenizer_->size());
  }

  std::string name() const override { return "Anima's Qwen3"; }
  std::int64_t width() const override { return network_->width(); }
  std::uint64_t bytes() const override { return network_->bytes(); }
  BroughtTokenizer tokenizer() const override { return {.bytes = tokenizer_}; }

  // Weights of words are T5's alone.
  at::Tensor encode(std::string_view prompt) const override {
    const auto cut = [&](std::string_view piece) { return tokenizer_->tokens(piece); };
    std::vector<TokenId> tokens = weighted_tokens(prompt, cut).ids;
    if (tokens.empty()) tokens = cut(kOfAnEmptyPrompt);
    return (*network_)(ids_tensor(tokens).unsqueeze(0).to(network_->device()));
  }

  ReadTokens read_tokens(std::string_view prompt) const override {
    const WeightedTokens tokens = t5_tokens_of(prompt);
    return {.ids = ids_tensor(tokens.ids).unsqueeze(0),
            .weights = at::tensor(tokens.weights, at::kFloat).unsqueeze(0)};
  }

  std::shared_ptr<const SentenceTower> with_last_layer(std::int64_t /*layer*/) const override {
    throw Error(sentence("the text encoder {} gives its last layer, and no other", name()));
  }

 private:
  std::shared_ptr<const LanguageText> network_;
  std::shared_ptr<const ByteTokenizer> tokenizer_;
};

}  // namespace

std::shared_ptr<const SentenceTower> anima_tower(std::shared_ptr<const LanguageText> network,
                                                 std::shared_ptr<const ByteTokenizer> tokenizer) {
  return std::make_shared<AnimaTower>(std::move(network), std::move(tokenizer));
}

}  // namespace ksampler
