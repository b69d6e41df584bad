// LatentComposite and LatentCompositeMasked.
#include "host/nodes/composite.hpp"
#include "host/base/conventions.hpp"
#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

#include <algorithm>
#include <optional>

namespace ksampler {
namespace {

std::string size_of(const at::Tensor& samples) {
  return sentence("{} x {} cells", samples.size(3), samples.size(2));
}

void check_same_channels(const at::Tensor& below, const at::Tensor& above, const std::string& names) {
  if (below.size(1) == above.size(1)) return;
  throw Error(sentence("{} have {} and {} channels; latents of one kind are wanted", names,
                       below.size(1), above.size(1)));
}

// None where nothing of what lies there is seen.
std::optional<Spot> spot_in(const at::Tensor& below, const NodeContext& context, const Inputs& in) {
  const Spot spot{in.integer("x") / kCellPixels, in.integer("y") / kCellPixels};
  if (is_inside(below, spot)) return spot;
  context.reporter.warning(
      in.node(), sentence("x {}, y {} lies outside the latent of {}, and so nothing changes: x takes "
                          "at most {}, y at most {}",
                          in.integer("x"), in.integer("y"), size_of(below),
                          (below.size(3) - 1) * kCellPixels, (below.size(2) - 1) * kCellPixels));
  return std::nullopt;
}

// 1/n, 2/n, ..., 1 inwards from the border at the begin or end of dimension `dim`.
void fade(at::Tensor& mask, std::int64_t dim, std::int64_t feather, bool at_end) {
  const std::int64_t length = mask.size(dim);
  for (std::int64_t i = 0; i < std::min(feather, length); ++i) {
    const double share = static_cast<double>(i + 1) / static_cast<double>(feather);
    mask.select(dim, at_end ? length - 1 - i : i).mul_(share);
  }
}

}  // namespace

std::vector<Value> run_latent_composite(const NodeContext& context, const Inputs& in) {
  Latent result = in.link<LatentValue>("samples_to");
  const at::Tensor& below = result.samples;
  const at::Tensor& from = in.link<LatentValue>("samples_from").samples;
  check_same_channels(below, from, "'samples_to' and 'samples_from'");
  if (from.size(0) != 1 && from.size(0) != below.size(0)) {
    throw Error(
        sentence("'samples_from' has a batch of {} and 'samples_to' one of {}; it takes 1 or as many "
                 "(see LatentFromBatch, RepeatLatentBatch)",
                 from.size(0), below.size(0)));
  }
  const std::optional<Spot> found = spot_in(below, context, in);
  if (!found) return {result};
  const Spot spot = *found;
  const at::Tensor above = visible(from, below, spot);
  const std::int64_t feather = in.integer("feather") / kCellPixels;
  at::Tensor mask = at::ones({1, 1, above.size(2), above.size(3)});
  if (spot.y != 0) fade(mask, 2, feather, /*at_end=*/false);
  if (spot.x != 0) fade(mask, 3, feather, /*at_end=*/false);
  if (spot.y + above.size(2) < below.size(2)) fade(mask, 2, feather, /*at_end=*/true);
  if (spot.x + above.size(3) < below.size(3)) fade(mask, 3, feather, /*at_end=*/true);
  result.samples = laid_onto(below, above, mask, spot);
  return {result};
}

std::vector<Value> run_latent_composite_masked(const NodeContext& context, const Inputs& in) {
  Latent result = in.link<LatentValue>("destination");
  const at::Tensor& below = result.samples;
  at::Tensor source = in.link<LatentValue>("source").samples;
  check_same_channels(below, source, "'destination' and 'source'");
  if (in.boolean("resize_source")) {
    source = resized(source, {below.size(3), below.size(2)}, "bilinear", "disabled");
  }
  const at::Tensor mask = in.has("mask") ? in.link<MaskValue>("mask") : at::Tensor();
  if (const std::optional<Spot> spot = spot_in(below, context, in)) {
    result.samples = composited(below, source, mask, *spot);
  }
  return {result};
}

}  // namespace ksampler
