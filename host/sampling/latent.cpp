#include "host/sampling/latent.hpp"

#include <algorithm>
#include <cmath>

namespace ksampler {

std::vector<std::int64_t> sizes_for(const Latent& latent, const LatentFormat& format) {
  std::vector<std::int64_t> sizes = latent.samples.sizes().vec();
  if (sizes.size() != 4 || sizes[1] == format.channels) return sizes;
  if (latent.samples.count_nonzero().item<std::int64_t>() > 0) return sizes;
  sizes[1] = format.channels;
  if (latent.cell_pixels == 0) return sizes;
  const double cells = static_cast<double>(latent.cell_pixels) / static_cast<double>(format.pixels);
  for (const std::size_t axis : {2U, 3U}) {
    const double count = std::nearbyint(static_cast<double>(sizes[axis]) * cells);
    sizes[axis] = std::max<std::int64_t>(static_cast<std::int64_t>(count), 1);
  }
  return sizes;
}

}  // namespace ksampler
