// From a prompt to what a network is conditioned on: ComfyUI's CLIP. Text encoders, each with the rules
// of its family for padding, the layer that is taken, and its norm, and how they are put together.
// Thread rule: immutable.
#ifndef KSAMPLER_MODEL_LOAD_TEXT_ENCODER_HPP
#define KSAMPLER_MODEL_LOAD_TEXT_ENCODER_HPP

#include "host/model/file/text_rules.hpp"
#include "host/model/network/clip_text.hpp"
#include "host/model/text/chunks.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

class EmbeddingFiles;

struct EncodedText {
  at::Tensor embedding;  // [1,T,C] float32; T is the encoder's length (77) for each chunk of the prompt
  at::Tensor pooled;     // [1,P] float32, of the first chunk
  // Of a prompt's tokens that the network reads itself, [1,T] int64 and float32; undefined: none.
  at::Tensor token_ids = {};
  at::Tensor token_weights = {};
  std::vector<std::int64_t> slots = {};  // of pictures in the prompt: EncodedSentence
};

struct TextTower {
  TextTowerRules rules;
  std::shared_ptr<const ClipText> network;
};

class SentenceTower;
struct PromptPictures;

// A prompt for each encoder.
struct Prompts {
  std::string_view l = {};   // CLIP-L
  std::string_view g = {};   // OpenCLIP-G, or the one encoder of a checkpoint that has one
  std::string_view t5 = {};  // T5, or a language model
  // That the prompt is to edit: for a language model that sees. Null: it is a prompt alone.
  const PromptPictures* pictures = nullptr;
};

class TextEncoder {
 public:
  // One or two towers of CLIP, or none, and perhaps one of sentences.
  explicit TextEncoder(std::vector<TextTower> towers,
                       std::shared_ptr<const SentenceTower> sentence = {},
                       Joining joining = Joining::side_by_side);

  // `files`: what "embedding:name" stands for; without, it is text. Throws Error as parse_prompt, and
  // where a file is damaged.
  EncodedText encode(std::string_view prompt, EmbeddingFiles* files = nullptr) const;
  // Throws Error, too, for pictures where no encoder takes them. The shorter of CLIP's prompts is
  // filled up with empty chunks.
  EncodedText encode(const Prompts& prompts, EmbeddingFiles* files = nullptr) const;

  // The same networks, with the output of this layer, from the end: -1 is the last. A tower that has
  // fewer layers gives its last one, as in ComfyUI. Throws Error where all have fewer.
  std::shared_ptr<const TextEncoder> with_last_layer(std::int64_t layer) const;

  const std::vector<TextTower>& towers() const { return towers_; }
  const SentenceTower* sentence_tower() const { return sentence_.get(); }
  Joining joining() const { return joining_; }
  std::int64_t embedding_width() const;
  std::uint64_t bytes() const;  // of the weights

 private:
  struct Clip;
  Clip encode_clip(const Prompts& prompts, EmbeddingFiles* files) const;
  EncodedText in_a_row(const Clip& clip, const at::Tensor& sentence) const;

  std::vector<TextTower> towers_;
  std::shared_ptr<const SentenceTower> sentence_;
  Joining joining_ = Joining::side_by_side;
};

}  // namespace ksampler

#endif
