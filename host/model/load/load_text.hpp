// The text encoder of a checkpoint (SD1, SD2, SDXL, its refiner) or of a file of its own.
#ifndef KSAMPLER_MODEL_LOAD_LOAD_TEXT_HPP
#define KSAMPLER_MODEL_LOAD_LOAD_TEXT_HPP

#include "host/model/load/model.hpp"
#include "host/model/load/text_encoder.hpp"
#include "host/model/network/weights.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace ksampler {

// Whether the file holds a text encoder in a layout of load_text_encoder.
bool has_text_encoder(const Weights& weights);

// Told by the names of the tensors and, where two kinds share those, by widths and depths: `weights` is
// the whole file. Weights stay in the type that the file has, or are kept in that of `weights` where it
// is less than float32; all is computed in float32. Throws Error: no text encoder, a tensor missing or
// misshapen, another vocabulary.
std::shared_ptr<const TextEncoder> load_text_encoder(const Weights& weights);

// What a CLIP is: a value, as Model is. The encoder is loaded where a prompt is encoded.
class TextModel {
 public:
  // Checks names and shapes. Throws Error as load_text_encoder.
  explicit TextModel(Weights weights);

  // The encoder, loaded or found loaded. Throws Error.
  std::shared_ptr<const TextEncoder> hold(ModelCache& cache) const;

  // The same with another layer's output, see TextEncoder. Throws Error.
  TextModel with_last_layer(std::int64_t layer) const;

  // The same with a LoRA added to the weights; what of it those were, and what did not fit, goes to
  // `use`. Throws Error where a tensor is damaged.
  TextModel with_lora(const Lora& lora, double strength, LoraUse& use) const;

  const std::filesystem::path& file() const { return weights_.file()->file(); }

  // The encoder without its values: how many towers it has, how wide and deep they are.
  const TextEncoder& shapes() const { return *shapes_; }
  // The names of the tensors that it has no use for, worth a warning.
  const std::vector<std::string>& surplus() const { return surplus_; }

 private:
  Weights weights_;  // of which nothing is taken: it would stay in memory
  std::shared_ptr<const TextEncoder> shapes_;
  std::vector<std::string> surplus_;
  Patches patches_;
  std::optional<std::int64_t> last_layer_;
};

}  // namespace ksampler

#endif
