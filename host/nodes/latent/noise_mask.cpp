#include "host/nodes/latent/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_set_latent_noise_mask(const NodeContext& context, const Inputs& in) {
  Latent latent = in.link<LatentValue>("samples");
  latent.noise_mask = in.link<MaskValue>("mask");
  warn_where_nothing_changes(context, in.node(), latent.noise_mask);
  return {latent};
}

}  // namespace ksampler
