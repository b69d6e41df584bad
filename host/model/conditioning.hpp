// What guides a model, as ComfyUI's CONDITIONING: a list of entries, each with a content (here a label)
// and where, when and how strongly it holds.
#ifndef KSAMPLER_MODEL_CONDITIONING_HPP
#define KSAMPLER_MODEL_CONDITIONING_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace ksampler {

// A rectangle of the latent, in cells.
struct Area {
  std::int64_t height = 0;
  std::int64_t width = 0;
  std::int64_t y = 0;
  std::int64_t x = 0;
  bool operator==(const Area&) const = default;
};

struct Conditioning {
  std::int64_t label = 0;  // index of a class of the model
  double strength = 1.0;
  std::optional<Area> area = {};  // none: the whole latent
  at::Tensor mask = {};           // [B,H,W] or [B,1,H,W], 0 to 1, any size; undefined: none
  double mask_strength = 1.0;
  bool area_of_mask = false;  // the area is the least rectangle that holds all of the mask
  // Where in the run it holds, 0 (pure noise) to 1 (image).
  std::optional<double> start_percent = {};
  std::optional<double> end_percent = {};
};

using ConditioningList = std::vector<Conditioning>;

}  // namespace ksampler

#endif
