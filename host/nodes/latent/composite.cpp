// LatentComposite and LatentCompositeMasked.
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

struct Spot {
  std::int64_t x, y;  // cells
};

std::string size_of(const at::Tensor& samples) {
  return sentence("{} x {} cells", samples.size(3), samples.size(2));
}

void check_channels(const at::Tensor& below, const at::Tensor& above, const std::string& names) {
  if (below.size(1) == above.size(1)) return;
  throw Error(sentence("{} have {} and {} channels; latents of one kind are wanted", names,
                       below.size(1), above.size(1)));
}

// None where nothing of what lies there is seen.
std::optional<Spot> spot_in(const at::Tensor& below, const NodeContext& context, const Inputs& in) {
  const Spot spot{in.integer("x") / kCellPixels, in.integer("y") / kCellPixels};
  if (spot.x < below.size(3) && spot.y < below.size(2)) return spot;
  context.reporter.warning(
      in.node(), sentence("x {}, y {} lies outside the latent of {}, and so nothing changes: x takes "
                          "at most {}, y at most {}",
                          in.integer("x"), in.integer("y"), size_of(below),
                          (below.size(3) - 1) * kCellPixels, (below.size(2) - 1) * kCellPixels));
  return std::nullopt;
}

// The part of `above` that lies within `below`.
at::Tensor visible(const at::Tensor& above, const at::Tensor& below, Spot spot) {
  return above.narrow(2, 0, std::min(above.size(2), below.size(2) - spot.y))
      .narrow(3, 0, std::min(above.size(3), below.size(3) - spot.x));
}

// below <- above * mask + below * (1 - mask), at the spot.
at::Tensor laid_onto(const at::Tensor& below, const at::Tensor& above, const at::Tensor& mask,
                     Spot spot) {
  at::Tensor result = below.clone();
  at::Tensor part = result.narrow(2, spot.y, above.size(2)).narrow(3, spot.x, above.size(3));
  part.copy_(above * mask + part * (1.0 - mask));
  return result;
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
  check_channels(below, from, "'samples_to' and 'samples_from'");
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
  check_channels(below, source, "'destination' and 'source'");
  if (in.boolean("resize_source")) {
    source = resized(source, {below.size(3), below.size(2)}, "bilinear", "disabled");
  }
  source = repeated_to_batch(source, below.size(0));
  at::Tensor mask = at::ones({1, 1, source.size(2), source.size(3)});
  if (in.has("mask")) {
    const MaskValue& given = in.link<MaskValue>("mask");
    mask = given.reshape({-1, 1, given.size(-2), given.size(-1)});
    mask = resized(mask, {source.size(3), source.size(2)}, "bilinear", "disabled");
    mask = repeated_to_batch(mask, source.size(0));
  }
  if (const std::optional<Spot> spot = spot_in(below, context, in)) {
    result.samples =
        laid_onto(below, visible(source, below, *spot), visible(mask, below, *spot), *spot);
  }
  return {result};
}

}  // namespace ksampler
