// LatentCutToBatch.
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>

namespace ksampler {

// What is left over of a side that is no multiple of the slices is cut off. Of a latent without layers,
// 't' cuts nothing (ComfyUI).
std::vector<Value> run_latent_cut_to_batch(const NodeContext&, const Inputs& in) {
  const Latent& latent = in.link<LatentValue>("samples");
  const std::string& dim = in.text("dim");
  if (dim == "t" && latent.layers == 1) return {latent};
  const std::int64_t axis = dim == "t" ? 2 : dim == "y" ? 3 : 4;
  const at::Tensor samples = latent.samples.unflatten(2, {latent.layers, -1});  // [B,C,T,H,W]
  const std::int64_t length = samples.size(axis);
  const std::int64_t slice = std::min(in.integer("slice_size"), length);
  const at::Tensor cut = samples.narrow(axis, 0, length / slice * slice)
                             .movedim(axis, 1)
                             .unflatten(1, {-1, slice})
                             .flatten(0, 1)
                             .movedim(1, axis);
  Latent made = with_samples(latent, cut.flatten(2, 3).contiguous());
  made.layers = cut.size(2);
  made.batch_index.reset();
  return {made};
}

}  // namespace ksampler
