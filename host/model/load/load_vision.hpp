// What sees pictures for a diffusion network, and what makes tokens of what was seen: files of their
// own.
#ifndef KSAMPLER_MODEL_LOAD_LOAD_VISION_HPP
#define KSAMPLER_MODEL_LOAD_LOAD_VISION_HPP

#include "host/model/load/lazy.hpp"
#include "host/model/load/load_model.hpp"
#include "host/model/network/clip_vision.hpp"
#include "host/model/network/style_model.hpp"

#include <memory>

namespace ksampler {

using LazyClipVision = Lazy<ClipVision>;
using LazyStyleModel = Lazy<StyleModel>;

// CLIP's or SigLIP's, by transformers' names. Names and shapes are checked, and values are read when a
// picture is seen. Weights stay in the type that the file has; all is computed in float32. Throws
// Error: none in it, tensors missing or misshapen.
Found<LazyClipVision> find_clip_vision(const std::shared_ptr<const TensorFile>& file,
                                       at::Device device);

// Flux.1 Redux, likewise.
Found<LazyStyleModel> find_style_model(const std::shared_ptr<const TensorFile>& file,
                                       at::Device device);

}  // namespace ksampler

#endif
