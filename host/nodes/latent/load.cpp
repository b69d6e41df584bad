#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/latent/latent_file.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

std::vector<Value> run_load_latent(const NodeContext& context, const Inputs& in) {
  Latent latent = read_latent(context, in.node(), in.text("latent"));
  if (latent.noise_mask.defined()) {
    warn_where_nothing_changes(context, in.node(), latent.noise_mask);
  }
  if (in.has("batch_index")) latent.batch_index = in.integers("batch_index");
  if (latent.batch_index && std::ssize(*latent.batch_index) != latent.samples.size(0)) {
    throw Error(sentence("batch_index has {} numbers, but {} has {} latents",
                         latent.batch_index->size(), in.text("latent"), latent.samples.size(0)));
  }
  return {latent};
}

}  // namespace ksampler
