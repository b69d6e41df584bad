// What a language model sees pictures with: a picture becomes vectors as wide as a text's tokens are,
// to stand among those.
#ifndef KSAMPLER_MODEL_NETWORK_LANGUAGE_VISION_HPP
#define KSAMPLER_MODEL_NETWORK_LANGUAGE_VISION_HPP

#include "host/model/network/weights.hpp"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace ksampler {

// A picture as it stands among the tokens of a text: row by row.
struct SeenPicture {
  at::Tensor tokens;  // [rows * columns, W] float32
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  // Likewise, what is added to them behind each of the language model's first layers (DeepStack,
  // 2406.04334); may be none.
  std::vector<at::Tensor> deep = {};
};

// Thread rule: immutable.
class LanguageVision {
 public:
  virtual ~LanguageVision() = default;

  // `picture` [1,H,W,3], 0 to 1, of any size: it is stretched to whole tokens.
  virtual SeenPicture operator()(const at::Tensor& picture) const = 0;
};

// What stands before the names of its tensors: "visual.", or "model.visual." as transformers writes it.
std::string vision_root(const Weights& weights);

// Qwen2.5-VL's or Qwen3-VL's, whichever the file has; null: none. `width`: of a text's tokens. Throws
// Error: a tensor missing or misshapen.
std::unique_ptr<const LanguageVision> load_language_vision(const Weights& weights, std::int64_t width);

}  // namespace ksampler

#endif
