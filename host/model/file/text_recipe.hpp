// Which text encoders files hold, and how a family puts them together: facts of the families, as
// ComfyUI has them. Their headers tell it, so that it is known before anything is loaded.
#ifndef KSAMPLER_MODEL_FILE_TEXT_RECIPE_HPP
#define KSAMPLER_MODEL_FILE_TEXT_RECIPE_HPP

#include "host/model/file/tensor_names.hpp"
#include "host/model/file/text_rules.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// What the encoders are for, where their files do not tell.
enum class TextUse { as_found, sdxl, sd3, flux, flux2, chroma, krea2, anima, qwen_image };

struct ClipPlace {
  std::size_t file = 0;
  std::string prefix;
  ClipTextLayout layout = ClipTextLayout::transformers;
  TextTowerRules rules;
};

// The name of its table of tokens, [tokens,width], with what stands before it.
std::string token_table(const ClipPlace& place);

enum class SentenceKind {
  t5,
  qwen3,
  qwen3_flux2,  // the same as Flux.2 klein takes it
  qwen3_krea2,  // Qwen3-VL's part for text as Krea 2 takes it
  qwen3_anima,  // the one of 0.6 billion weights, as Anima takes it
  qwen3_vl,     // Qwen3-VL as Qwen-Image 2.1 takes it
  qwen25,
  gemma2,
  mistral,  // Mistral 3 as Flux.2 dev takes it
};

struct SentencePlace {
  std::size_t file = 0;
  std::string prefix;
  SentenceKind kind = SentenceKind::t5;
};

struct TextRecipe {
  std::vector<ClipPlace> clip;
  std::optional<SentencePlace> sentence = {};
  Joining joining = Joining::side_by_side;
  T5Lengths t5 = {};
};

// Mistral's vocabulary, a tekken.json as a tensor, for the encoder under `prefix`: its name. Empty:
// there is none.
std::string tekken_tensor(const TensorFile& file, const std::string& prefix);

// The encoder of sentences that tensors of these names are, if they are one. (Which Qwen3 it is, its
// names do not tell.)
std::optional<SentenceKind> sentence_in(const TensorNames& names);

// The SentencePiece model that a file of Gemma has, alone or in a checkpoint: the tensor's name. Null:
// there is none.
const char* tokenizer_in(const TensorNames& file);

// `files`: each as a whole. None where none of them holds an encoder.
std::optional<TextRecipe> find_recipe(const std::vector<TensorNames>& files, TextUse use);

// Throws Error: no encoder in one of them, or none that the use needs, or without its tokenizer.
TextRecipe recipe_of(const std::vector<TensorNames>& files, TextUse use);

}  // namespace ksampler

#endif
