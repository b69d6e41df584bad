#include "host/nodes/image/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/Functions.h>

#include <cmath>

namespace ksampler {

std::vector<Value> run_image_grid(const NodeContext&, const Inputs& in) {
  const ImageValue& images = in.link<ImageValue>("images");
  const std::int64_t count = images.size(0);
  const std::int64_t height = images.size(1);
  const std::int64_t width = images.size(2);
  const std::int64_t gap = in.integer("gap");
  std::int64_t columns = in.integer("columns");
  if (columns == 0)
    columns = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  columns = std::min(columns, count);
  const std::int64_t rows = (count + columns - 1) / columns;

  at::Tensor grid =
      at::ones({1, rows * (height + gap) - gap, columns * (width + gap) - gap, images.size(3)});
  for (std::int64_t i = 0; i < count; ++i) {
    grid[0]
        .narrow(0, (i / columns) * (height + gap), height)
        .narrow(1, (i % columns) * (width + gap), width)
        .copy_(images[i]);
  }
  return {ImageValue(grid)};
}

}  // namespace ksampler
