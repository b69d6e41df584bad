// Tensors of one network in diffusers' layout, put into the single-file layout: renamed, and joined
// where they are parts of one tensor there. Nothing is copied: the entries say where the parts lie.
#ifndef KSAMPLER_MODEL_FILE_SINGLE_LAYOUT_HPP
#define KSAMPLER_MODEL_FILE_SINGLE_LAYOUT_HPP

#include "host/model/file/diffusers_names.hpp"

namespace ksampler {

// `tensors`: each of one piece. Those of another layout are given as they are. Throws Error where parts
// of one tensor are of different types or widths.
TensorEntries in_single_layout(TensorEntries tensors);

}  // namespace ksampler

#endif
