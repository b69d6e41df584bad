// A text encoder that takes a prompt as one sequence of tokens, however long: T5, or a language model.
#ifndef KSAMPLER_MODEL_LOAD_SENTENCE_TOWER_HPP
#define KSAMPLER_MODEL_LOAD_SENTENCE_TOWER_HPP

#include "host/model/file/text_rules.hpp"
#include "host/model/network/language_text.hpp"
#include "host/model/network/t5_text.hpp"
#include "host/model/text/byte_tokenizer.hpp"
#include "host/model/text/sentence_pieces.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

// What an editing prompt has before its words.
struct PromptPictures {
  std::string marks;                 // of each picture, with a "<|image_pad|>" where it stands
  std::vector<at::Tensor> pictures;  // [1,H,W,3] each, 0 to 1; may be none
  bool latents_follow = false;       // the network looks at their latents, too
};

// What a tower makes of a prompt.
struct EncodedSentence {
  at::Tensor embedding;                  // [1,T,W] float32
  std::vector<std::int64_t> slots = {};  // of pictures whose tokens are left out: NetworkInput::slots
};

// A prompt's tokens that a network reads itself, besides what the encoder gives.
struct ReadTokens {
  at::Tensor ids = {};      // [1,T] int64; undefined: it reads none
  at::Tensor weights = {};  // [1,T] float32, how strongly each holds
};

// What cuts a prompt into tokens, where a file, or what lies beside it, may bring it; else null.
struct BroughtTokenizer {
  std::shared_ptr<const SentencePieces> pieces = {};
  std::shared_ptr<const ByteTokenizer> bytes = {};
};

// Thread rule: immutable.
class SentenceTower {
 public:
  virtual ~SentenceTower() = default;

  virtual std::string name() const = 0;  // in messages: "T5"
  virtual std::int64_t width() const = 0;
  virtual std::uint64_t bytes() const = 0;  // of the weights

  virtual BroughtTokenizer tokenizer() const { return {}; }

  // [1,T,W] float32. Throws Error as parse_prompt. There are no vectors for it: "embedding:name" is
  // left out of the prompt.
  virtual at::Tensor encode(std::string_view prompt) const = 0;

  // Throws Error as parse_prompt.
  virtual ReadTokens read_tokens(std::string_view /*prompt*/) const { return {}; }

  // Of a prompt that is to edit pictures. Throws Error, too, where it takes none.
  virtual EncodedSentence encode_with(const PromptPictures& pictures, std::string_view prompt) const;

  // The same with the output of another layer, from the end: -1 is the last. Throws Error.
  virtual std::shared_ptr<const SentenceTower> with_last_layer(std::int64_t layer) const = 0;
};

// Weights of words as CLIP has them: e = (e - e_empty) * weight + e_empty. Throws Error: a vocabulary
// of another size.
std::shared_ptr<const SentenceTower> t5_tower(std::shared_ptr<const T5Text> network,
                                              const T5Lengths& lengths);

// A prompt as it is. Weights of words are those of what the network reads itself, T5's tokens. Throws
// Error likewise.
std::shared_ptr<const SentenceTower> anima_tower(std::shared_ptr<const LanguageText> network,
                                                 std::shared_ptr<const ByteTokenizer> tokenizer);

// A prompt as it is, with weights of words as T5's. Throws Error likewise.
std::shared_ptr<const SentenceTower> gemma_tower(std::shared_ptr<const LanguageText> network,
                                                 std::shared_ptr<const SentencePieces> pieces);

// Of the template's own tokens before the user's words, what is left out of what is given.
enum class LeftOut { nothing, system_turn, before_words };

// A prompt between two texts, a template for chats. Words have no weights: parentheses are text.
struct LanguageRules {
  std::string name;
  std::string before;
  std::string before_pictures = {};  // in its place in a prompt that edits pictures; empty: none can
  std::string whole_name = {};       // what a file is expected to be that sees pictures
  std::string after;
  // Where something is, a prompt that begins as a template does is one (Qwen-Image).
  LeftOut left_out = LeftOut::nothing;
  // The tokens of pictures are left out, where the network looks at their latents (Qwen-Image 2.1).
  bool latents_stand_for_pictures = false;
  std::int64_t least = 0;  // tokens that there are at least: the rest are "<|endoftext|>", and not seen
  std::int64_t zeros_to = 0;  // rows that are given at least: zeros stand before those of the tokens
};
// Throws Error: a table of tokens that is not of the tokenizer's size.
std::shared_ptr<const SentenceTower> language_tower(std::shared_ptr<const LanguageText> network,
                                                    LanguageRules rules,
                                                    std::shared_ptr<const ByteTokenizer> tokenizer);

}  // namespace ksampler

#endif
