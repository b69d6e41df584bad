// ImageFlip and ImageRotate.
#include "host/nodes/turns.hpp"
#include "host/nodes/image/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_image_flip(const NodeContext&, const Inputs& in) {
  return {ImageValue(flipped(in.link<ImageValue>("image"), in.text("flip_method"), 1, 2))};
}

std::vector<Value> run_image_rotate(const NodeContext&, const Inputs& in) {
  return {ImageValue(turned(in.link<ImageValue>("image"), in.text("rotation"), 1, 2))};
}

}  // namespace ksampler
