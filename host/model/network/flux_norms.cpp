#include "host/model/network/flux_norms.hpp"

namespace ksampler {
namespace {

std::string flux_norm_tensor(const Weights& weights, const std::string& name) {
  return name + (weights.has(name + ".weight") ? ".weight" : ".scale");
}

}  // namespace

RmsNorm load_flux_norm(const Weights& weights, const std::string& name, std::int64_t width) {
  return load_rms_norm(weights, flux_norm_tensor(weights, name), width, 1e-6);
}

std::int64_t flux_head_width(const Weights& weights) {
  const std::vector<std::int64_t> shape =
      weights.shape(flux_norm_tensor(weights, "double_blocks.0.img_attn.norm.key_norm"));
  return shape.size() == 1 ? shape[0] : 0;
}

}  // namespace ksampler
