// Where pictures that a transformer looks at stand beside the one that it makes: an index, along the
// first axis of the rotary positions, and an offset along rows and columns (ComfyUI's node
// FluxKontextMultiReferenceLatentMethod says which way).
#ifndef KSAMPLER_MODEL_NETWORK_REFERENCE_PLACES_HPP
#define KSAMPLER_MODEL_NETWORK_REFERENCE_PLACES_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace ksampler {

enum class ReferenceMethod {
  of_network,  // as the network was trained with them
  offset,      // all with index 1, each below or beside those before it
  index,       // an index each, all at the origin
  // As index; and, where the network knows that (Qwen-Image-Edit 2511), told that they are no noise:
  // the timestep 0. Elsewhere as offset (ComfyUI).
  index_at_zero,
  diagonal,  // index 0, each below and beside all before it, the made one among them (UNO and USO)
};

// `asked`, or where that is of_network, `trained`.
constexpr ReferenceMethod chosen_method(ReferenceMethod asked, ReferenceMethod trained) {
  return asked == ReferenceMethod::of_network ? trained : asked;
}

// In cells.
struct ReferencePlace {
  double index = 0.0;
  std::int64_t top = 0;
  std::int64_t left = 0;
};

// Of each of `references`, [B,C,h,w], beside a latent of `height` by `width` cells. `method`: not
// of_network. Indices are multiples of `spacing`; that of offset is 1.
std::vector<ReferencePlace> reference_places(const std::vector<at::Tensor>& references,
                                             ReferenceMethod method, std::int64_t height,
                                             std::int64_t width, double spacing = 1.0);

}  // namespace ksampler

#endif
