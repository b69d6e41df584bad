// LatentFromBatch and RepeatLatentBatch. Where a batch has no batch_index, item i takes draw i of the
// seed's noise as it lies in the batch; a part of it says so, in order to draw the same.
#include "host/base/sentence.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <algorithm>
#include <numeric>

namespace ksampler {
namespace {

// A mask with one item for each of the batch, or one for all.
at::Tensor mask_for(const Latent& latent) {
  at::Tensor mask = latent.noise_mask;
  mask = mask.reshape({-1, 1, mask.size(-2), mask.size(-1)});
  return mask.size(0) == 1 || mask.size(0) >= latent.samples.size(0)
             ? mask
             : repeated_to_batch(mask, latent.samples.size(0));
}

}  // namespace

std::vector<Value> run_latent_from_batch(const NodeContext& context, const Inputs& in) {
  Latent latent = in.link<LatentValue>("samples");
  const std::int64_t count = latent.samples.size(0);
  const std::int64_t first = std::min(count - 1, in.integer("batch_index"));
  const std::int64_t length = std::min(count - first, in.integer("length"));
  if (first != in.integer("batch_index")) {
    context.reporter.warning(
        in.node(), sentence("batch_index {} is past the end of a batch of {}; its last item is taken",
                            in.integer("batch_index"), count));
  }
  if (latent.noise_mask.defined()) {
    latent.noise_mask = mask_for(latent);
    if (latent.noise_mask.size(0) > 1) {
      latent.noise_mask = latent.noise_mask.narrow(0, first, length).clone();
    }
  }
  latent.samples = latent.samples.narrow(0, first, length).clone();
  if (!latent.batch_index) {
    latent.batch_index.emplace(static_cast<std::size_t>(count));
    std::iota(latent.batch_index->begin(), latent.batch_index->end(), 0);
  }
  const auto begin = latent.batch_index->begin() + first;
  latent.batch_index = std::vector<std::int64_t>(begin, begin + length);
  return {latent};
}

std::vector<Value> run_repeat_latent_batch(const NodeContext&, const Inputs& in) {
  Latent latent = in.link<LatentValue>("samples");
  const std::int64_t amount = in.integer("amount");
  if (latent.noise_mask.defined()) {
    latent.noise_mask = mask_for(latent);
    if (latent.noise_mask.size(0) > 1) {
      // One that is longer than its batch is cut, so that each copy has its own part.
      const std::int64_t count = std::min(latent.noise_mask.size(0), latent.samples.size(0));
      latent.noise_mask = latent.noise_mask.narrow(0, 0, count).repeat({amount, 1, 1, 1});
    }
  }
  latent.samples = latent.samples.repeat({amount, 1, 1, 1});
  if (latent.batch_index && !latent.batch_index->empty()) {
    const std::vector<std::int64_t> one = *latent.batch_index;
    const auto [least, most] = std::minmax_element(one.begin(), one.end());
    const std::int64_t offset = *most - *least + 1;
    for (std::int64_t copy = 1; copy < amount; ++copy) {
      for (const std::int64_t index : one) latent.batch_index->push_back(index + copy * offset);
    }
  }
  return {latent};
}

}  // namespace ksampler
