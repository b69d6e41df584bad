// LatentBatch, BatchLatentsNode, LatentFromBatch and RepeatLatentBatch. Where a batch has no
// batch_index, item i takes draw i of the seed's noise as it lies in the batch; a part of it says so,
// in order to draw the same.
#include "host/nodes/all_given.hpp"
#include "host/nodes/batch_part.hpp"
#include "host/nodes/latent/fitted.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/ops/cat.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

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

// Which draws of the seed its `count` items take.
std::vector<std::int64_t> draws_of(const Latent& latent, std::int64_t count) {
  if (latent.batch_index) return *latent.batch_index;
  std::vector<std::int64_t> draws(static_cast<std::size_t>(count));
  std::iota(draws.begin(), draws.end(), 0);
  return draws;
}

// In the size of the first, whose mask it has.
Latent batched(const NodeContext& context, const Inputs& in, const std::vector<Latent>& latents) {
  Latent all = latents.front();
  std::vector<at::Tensor> samples;
  std::vector<std::int64_t> draws;
  for (const Latent& latent : latents) {
    samples.push_back(fitted_samples(latents.front().samples, latent.samples, "bilinear"));
    const std::vector<std::int64_t> own = draws_of(latent, latent.samples.size(0));
    draws.insert(draws.end(), own.begin(), own.end());
    if (&latent == &latents.front() || !latent.noise_mask.defined()) continue;
    context.reporter.warning(in.node(),
                             "the noise mask of a latent that is not the first is left out: the batch "
                             "has that of the first, or none (SetLatentNoiseMask sets one)");
  }
  all.samples = at::cat(samples);
  all.batch_index = std::move(draws);
  return all;
}

}  // namespace

std::vector<Value> run_latent_from_batch(const NodeContext& context, const Inputs& in) {
  Latent latent = in.link<LatentValue>("samples");
  const std::int64_t count = latent.samples.size(0);
  const auto [first, length] = part_of_batch(context, in, count);
  if (latent.noise_mask.defined()) {
    latent.noise_mask = mask_for(latent);
    if (latent.noise_mask.size(0) > 1) {
      latent.noise_mask = latent.noise_mask.narrow(0, first, length).clone();
    }
  }
  latent.samples = latent.samples.narrow(0, first, length).clone();
  const std::vector<std::int64_t> draws = draws_of(latent, count);
  const auto begin = draws.begin() + first;
  latent.batch_index = std::vector<std::int64_t>(begin, begin + length);
  return {latent};
}

std::vector<Value> run_latent_batch(const NodeContext& context, const Inputs& in) {
  return {batched(context, in, {in.link<LatentValue>("samples1"), in.link<LatentValue>("samples2")})};
}

std::vector<Value> run_batch_latents(const NodeContext& context, const Inputs& in) {
  return {batched(context, in, all_given<LatentValue>(in))};
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
