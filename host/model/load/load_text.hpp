// The text encoders of a checkpoint, or of files of their own.
#ifndef KSAMPLER_MODEL_LOAD_LOAD_TEXT_HPP
#define KSAMPLER_MODEL_LOAD_LOAD_TEXT_HPP

#include "host/model/file/text_recipe.hpp"
#include "host/model/load/model.hpp"
#include "host/model/load/sentence_tower.hpp"
#include "host/model/load/text_encoder.hpp"
#include "host/model/network/weights.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

// What their headers tell.
std::vector<TensorNames> names_of(const std::vector<Weights>& files);

// Whether the file holds a text encoder in a layout of load_text_encoder.
bool has_text_encoder(const Weights& weights);

// Told by the names of the tensors and, where two kinds share those, by widths and depths: `weights` is
// the whole file. Weights stay in the type that the file has, or are kept in that of `weights` where it
// is less than float32; all is computed in float32. Throws Error: no text encoder, a tensor missing or
// misshapen, another vocabulary.
std::shared_ptr<const TextEncoder> load_text_encoder(const Weights& weights);
// The same of several files, an encoder each.
std::shared_ptr<const TextEncoder> load_text_encoder(const std::vector<Weights>& files, TextUse use);

// The parts of a recipe. Throws Error as load_text_encoder.
std::shared_ptr<const ClipText> load_clip(const Weights& file, const ClipPlace& place);
std::shared_ptr<const T5Text> load_t5(const Weights& file, const SentencePlace& place);
std::shared_ptr<const LanguageText> load_language(const Weights& file, const SentencePlace& place);
// How a family uses a language model.
std::shared_ptr<const SentenceTower> tower_of(std::shared_ptr<const LanguageText> network,
                                              const BroughtTokenizer& brought,
                                              const SentencePlace& place);
// What comes with a language model's file. Throws Error.
BroughtTokenizer load_tokenizer(const Weights& file, const SentencePlace& place);

// What a CLIP is: a value, as Model is. The encoder is loaded where a prompt is encoded.
class TextModel {
 public:
  // Checks names and shapes. Throws Error as load_text_encoder.
  explicit TextModel(const Weights& weights) : TextModel(std::vector<Weights>{weights}) {}
  explicit TextModel(std::vector<Weights> files, TextUse use = TextUse::as_found);

  // The encoder, loaded or found loaded. Throws Error.
  std::shared_ptr<const TextEncoder> hold(NetworkCache& cache) const;

  // The same with another layer's output, see TextEncoder. Throws Error.
  TextModel with_last_layer(std::int64_t layer) const;

  // The same with a LoRA added to the weights; what of it those were, and what did not fit, goes to
  // `use`. Throws Error where a tensor is damaged.
  TextModel with_lora(const Lora& lora, double strength, LoraUse& use) const;

  // The same with T5's prompts filled up in another way. Throws Error where there is no T5.
  TextModel with_t5_lengths(const T5Lengths& lengths) const;

  const std::filesystem::path& file() const { return files_.front().file()->file(); }

  // The encoder without its values: how many towers it has, how wide and deep they are.
  const TextEncoder& shapes() const { return *shapes_; }
  // The names of the tensors of each file that it has no use for, worth a warning.
  const std::vector<std::vector<std::string>>& surplus() const { return surplus_; }

 private:
  // What `load` makes of a file's tensors, or the cache has. `in_file`: they may be computed with where
  // they lie, as what computes with them asks afterwards whether the file is what it was.
  template <typename T, typename Load>
  std::shared_ptr<const T> hold_part(NetworkCache& cache, std::size_t file, const std::string& name,
                                     std::uint64_t bytes, bool in_file, const Load& load) const;

  std::vector<Weights> files_;  // of which nothing is taken: it would stay in memory
  TextRecipe recipe_;
  std::shared_ptr<const TextEncoder> shapes_;
  std::vector<std::vector<std::string>> surplus_;
  std::vector<Patches> patches_;  // of each file: two may call their tensors alike
  std::optional<std::int64_t> last_layer_;
};

}  // namespace ksampler

#endif
