// From a prompt to what a network is conditioned on: ComfyUI's CLIP. One or two text encoders, each
// with the rules of its family for padding, the layer that is taken, and its norm. Thread rule:
// immutable.
#ifndef KSAMPLER_MODEL_LOAD_TEXT_ENCODER_HPP
#define KSAMPLER_MODEL_LOAD_TEXT_ENCODER_HPP

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
};

// How a family uses one of its encoders.
struct TextTowerRules {
  std::string name;  // in messages: "CLIP-L"
  bool quick_gelu = true;
  TokenId pad = kEndOfText;
  std::int64_t layer =
      0;  // whose output is taken, from the end: -2 is the last but one; 0: the last, with norm
  bool norm_hidden = true;  // the final norm is applied to an earlier layer, too
  bool needs_projection = false;
  std::string embedding_key = "clip_l";  // what its vectors are called in files of embeddings
};

struct TextTower {
  TextTowerRules rules;
  std::shared_ptr<const ClipText> network;
};

class TextEncoder {
 public:
  // One or two towers; their embeddings stand side by side, and the last one's pooled output is taken.
  explicit TextEncoder(std::vector<TextTower> towers);

  // `files`: what "embedding:name" stands for; without, it is text. Throws Error as parse_prompt, and
  // where a file is damaged.
  EncodedText encode(std::string_view prompt, EmbeddingFiles* files = nullptr) const;
  // A prompt for each tower, SDXL's are CLIP-L and CLIP-G. The shorter prompt is
  // filled up with empty chunks. One prompt for an encoder with one tower is the last.
  EncodedText encode(std::string_view text_l, std::string_view text_g,
                     EmbeddingFiles* files = nullptr) const;

  // The same networks, with the output of this layer, from the end: -1 is the last. A tower that has
  // fewer layers gives its last one, as in ComfyUI. Throws Error where all have fewer.
  std::shared_ptr<const TextEncoder> with_last_layer(std::int64_t layer) const;

  const std::vector<TextTower>& towers() const { return towers_; }
  std::int64_t embedding_width() const;
  std::uint64_t bytes() const;  // of the weights

 private:
  std::vector<TextTower> towers_;
};

}  // namespace ksampler

#endif
