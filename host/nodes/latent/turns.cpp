// LatentFlip and LatentRotate.
#include "host/nodes/turns.hpp"

#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_latent_flip(const NodeContext&, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("samples");
  return {with_samples(latent, flipped(latent.samples, in.text("flip_method"), 2, 3))};
}

std::vector<Value> run_latent_rotate(const NodeContext&, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("samples");
  return {with_samples(latent, turned(latent.samples, in.text("rotation"), 2, 3))};
}

}  // namespace ksampler
