#include "host/nodes/node_list.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_set_latent_noise_mask(const NodeContext&, const Inputs& in) {
  Latent latent = in.link<LatentValue>("samples");
  latent.noise_mask = in.link<MaskValue>("mask");
  return {latent};
}

}  // namespace ksampler
