// How families use their text encoders: facts, without the networks.
#ifndef KSAMPLER_MODEL_FILE_TEXT_RULES_HPP
#define KSAMPLER_MODEL_FILE_TEXT_RULES_HPP

#include "host/model/text/vocabulary.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace ksampler {

// The names of the tensors of CLIP: transformers'
// (text_model.encoder.layers.0.self_attn.q_proj.weight), the same without "text_model.", or OpenCLIP's
// (transformer.resblocks.0.attn.in_proj_weight).
enum class ClipTextLayout { transformers, transformers_bare, open_clip };

// How a family uses one of its encoders.
struct TextTowerRules {
  std::string name;  // in messages: "CLIP-L"
  bool quick_gelu = true;
  TokenId pad = kEndOfText;
  std::int64_t layer =
      0;  // whose output is taken, from the end: -2 is the last but one; 0: the last, with norm
  bool norm_hidden = true;  // the final norm is applied to an earlier layer, too
  bool needs_projection = false;
  bool projects = true;                  // the pooled output, where the file has a projection
  std::string embedding_key = "clip_l";  // what its vectors are called in files of embeddings
};

// How the embeddings of several encoders are one.
enum class Joining {
  side_by_side,  // SD 1, SD 2, SDXL: CLIPs beside each other; pooled is the last one's
  sentence,      // Flux.1, Z-Image: T5's, or a language model's; pooled is CLIP-L's, where there is one
  in_a_row,      // SD 3: CLIPs beside each other, zeros up to the width of T5's, then T5's tokens;
                 // pooled is that of both CLIPs side by side, zeros for one that is missing
};

// Families that take what goes into several layers of a language model, beside each other: Flux.2
// klein's Qwen3, Flux.2 dev's Mistral 3, Krea 2's Qwen3-VL 4B.
inline constexpr std::array<std::int64_t, 3> kFlux2Taken = {9, 18, 27};
inline constexpr std::array<std::int64_t, 3> kMistralTaken = {10, 20, 30};
inline constexpr std::array<std::int64_t, 12> kKrea2Taken = {2,  5,  8,  11, 14, 17,
                                                             20, 23, 26, 29, 32, 35};

// How a prompt of T5's is filled up behind its end, as ComfyUI: first by `more` tokens, then to
// `least`.
struct T5Lengths {
  std::int64_t least = 256;
  std::int64_t more = 0;
};

}  // namespace ksampler

#endif
