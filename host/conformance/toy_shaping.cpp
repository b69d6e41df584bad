#include "host/conformance/toy_shaping.hpp"

#include <utility>

namespace ksampler::toy {

Shaping::Shaping(ks_noise& noise, Host& host) : noise_(noise), host_(host) {
  host_.of_noise = true;
  run_ = host_.abi();
  if (noise_.begin != nullptr) begun_ = noise_.begin(&noise_, run_);
}

Shaping::~Shaping() { end(); }

void Shaping::end() {
  if (!std::exchange(ended_, true) && noise_.end != nullptr) noise_.end(&noise_, run_);
}

Shaped Shaping::shape(Vector white, double sigma, double sigma_next) {
  ks_tensor* const held = host_.hold(std::move(white));
  ks_noise_draw draw{};
  draw.size = sizeof draw;
  draw.index = index_++;
  draw.sigma = sigma;
  draw.sigma_next = sigma_next;
  draw.noise = held;
  Shaped shaped;
  shaped.status = noise_.shape(&noise_, run_, &draw);
  shaped.noise = held->values;
  host_.let_go(held);
  return shaped;
}

}  // namespace ksampler::toy
