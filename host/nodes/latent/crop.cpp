// LatentCrop.
#include "host/base/conventions.hpp"
#include "host/nodes/latent/functions.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>

namespace ksampler {

std::vector<Value> run_latent_crop(const NodeContext&, const Inputs& in) {
  constexpr std::int64_t kLeastCells = 8;  // that are left, where the latent has them
  const Latent& latent = in.link<LatentValue>("samples");
  const auto part = [&](const at::Tensor& from, int dim, const char* begin, const char* length) {
    const std::int64_t last = std::max<std::int64_t>(0, from.size(dim) - kLeastCells);
    const std::int64_t first = std::min(in.integer(begin) / kCellPixels, last);
    return from.narrow(dim, first, std::min(in.integer(length) / kCellPixels, from.size(dim) - first));
  };
  return {
      with_samples(latent, part(part(latent.samples, 2, "y", "height"), 3, "x", "width").contiguous())};
}

}  // namespace ksampler
