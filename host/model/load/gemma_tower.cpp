// Lumina 2's text encoder: Gemma 2, whose tokenizer comes in its file.
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/load/sentence_tokens.hpp"
#include "host/model/load/sentence_tower.hpp"

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

constexpr TokenId kGemmaPad = 0;

class GemmaTower : public SentenceTower {
 public:
  GemmaTower(std::shared_ptr<const LanguageText> network, std::shared_ptr<const SentencePieces> pieces)
      : network_(std::move(network)), pieces_(std::move(pieces)) {
    check_sentence_vocabulary(name(), network_->vocabulary(), pieces_->size());
  }

  std::string name() const override { return "Gemma 2"; }
  std::int64_t width() const override { return network_->width(); }
  std::uint64_t bytes() const override { return network_->bytes(); }
  BroughtTokenizer tokenizer() const override { return {.pieces = pieces_}; }

  at::Tensor encode(std::string_view prompt) const override {
    WeightedTokens tokens =
        weighted_tokens(prompt, [&](std::string_view piece) { return pieces_->pieces(piece); });
    tokens.ids.insert(tokens.ids.begin(), pieces_->start());
    tokens.weights.insert(tokens.weights.begin(), 1.0F);
    at::Tensor said = encoded(tokens.ids, tokens.ids.size());
    if (!tokens.weighted) return said;
    std::fill(tokens.ids.begin() + 1, tokens.ids.end(), kGemmaPad);
    return with_weights(said, encoded(tokens.ids, 1), tokens.weights);
  }

  std::shared_ptr<const SentenceTower> with_last_layer(std::int64_t /*layer*/) const override {
    throw Error(sentence("the text encoder {} gives its last layer but one, and no other", name()));
  }

 private:
  // Of these tokens the first `count` are looked at.
  at::Tensor encoded(const std::vector<TokenId>& tokens, std::size_t count) const {
    return (*network_)(ids_tensor(tokens).unsqueeze(0).to(network_->device()),
                       static_cast<std::int64_t>(count));
  }

  std::shared_ptr<const LanguageText> network_;
  std::shared_ptr<const SentencePieces> pieces_;
};

}  // namespace

std::shared_ptr<const SentenceTower> gemma_tower(std::shared_ptr<const LanguageText> network,
                                                 std::shared_ptr<const SentencePieces> pieces) {
  return std::make_shared<GemmaTower>(std::move(network), std::move(pieces));
}

}  // namespace ksampler
