#include "host/model/picture/tiles.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

at::Tensor blend_tiles(const at::Tensor& item, TileSize tile, TileScale scale,
                       const TileFunction& function) {
  const std::int64_t height = item.size(2);
  const std::int64_t width = item.size(3);
  const std::int64_t feather = scale(tile.overlap);
  at::Tensor sum, weights;
  for (const std::int64_t y : tile_positions(height, tile.height, tile.overlap)) {
    for (const std::int64_t x : tile_positions(width, tile.width, tile.overlap)) {
      const at::Tensor part = function(item.narrow(2, y, std::min(tile.height, height - y))
                                           .narrow(3, x, std::min(tile.width, width - x)));
      if (!sum.defined()) {
        sum = at::zeros({1, part.size(1), scale(height), scale(width)}, part.options());
        weights = at::zeros({scale(height), scale(width)}, part.options());
      }
      const at::Tensor weight =
          (tile_weights(part.size(2), feather).unsqueeze(1) * tile_weights(part.size(3), feather))
              .to(part.options());
      const auto place = [&](const at::Tensor& whole) {
        return whole.narrow(-2, scale(y), part.size(2)).narrow(-1, scale(x), part.size(3));
      };
      place(sum).add_(part * weight);
      place(weights).add_(weight);
    }
  }
  return sum.div_(weights);
}

}  // namespace

std::int64_t TileScale::operator()(std::int64_t cells) const {
  return std::llrint(static_cast<double>(cells * multiply) / static_cast<double>(divide));
}

std::vector<std::int64_t> tile_positions(std::int64_t size, std::int64_t tile, std::int64_t overlap) {
  if (size <= tile) return {0};
  if (overlap >= tile) {
    throw Error(
        sentence("tiles of {} that share {} with the next do not get on; expected an overlap of less "
                 "than half the tile size, as one of the tilings has tiles half as high",
                 tile, overlap));
  }
  std::vector<std::int64_t> positions;
  for (std::int64_t at = 0; at < size - overlap; at += tile - overlap) positions.push_back(at);
  return positions;
}

at::Tensor tile_weights(std::int64_t size, std::int64_t feather) {
  at::Tensor weights = at::ones({size});
  if (feather >= size) return weights;
  auto* weight = weights.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < feather; ++i) {
    const float edge = static_cast<float>(i + 1) / static_cast<float>(feather);
    weight[i] *= edge;
    weight[size - 1 - i] *= edge;
  }
  return weights;
}

at::Tensor in_tiles(const at::Tensor& x, TileSize tile, TileScale scale, const TileFunction& function) {
  std::vector<at::Tensor> items;
  for (std::int64_t i = 0; i < x.size(0); ++i) {
    const at::Tensor item = x.narrow(0, i, 1);
    const bool one = item.size(2) <= tile.height && item.size(3) <= tile.width;
    items.push_back(one ? function(item) : blend_tiles(item, tile, scale, function));
  }
  return at::cat(items);
}

at::Tensor in_three_tilings(const at::Tensor& x, TileSize tile, TileScale scale,
                            const TileFunction& function) {
  const auto [height, width, overlap] = tile;
  const at::Tensor high = in_tiles(x, {height * 2, width / 2, overlap}, scale, function);
  const at::Tensor wide = in_tiles(x, {height / 2, width * 2, overlap}, scale, function);
  return (high + wide + in_tiles(x, tile, scale, function)) / 3.0;
}

}  // namespace ksampler
