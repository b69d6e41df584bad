// A network over a large picture, tile by tile, with the tiles blended where they overlap, as ComfyUI
// does it: a tile weighs less towards its edges,
//
//   out(p) = sum_tiles w_tile(p) tile(p) / sum_tiles w_tile(p),   w rising as (i + 1) / overlap from
//   each edge
#ifndef KSAMPLER_MODEL_PICTURE_TILES_HPP
#define KSAMPLER_MODEL_PICTURE_TILES_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

namespace ksampler {

// In the cells of what goes in.
struct TileSize {
  std::int64_t height;
  std::int64_t width;
  std::int64_t overlap;
};

// What goes out is `multiply` / `divide` times as large as what goes in.
struct TileScale {
  std::int64_t multiply = 1;
  std::int64_t divide = 1;

  // Rounded as Python rounds: halves to even.
  std::int64_t operator()(std::int64_t cells) const;
};

using TileFunction = std::function<at::Tensor(const at::Tensor&)>;

// Where tiles of `tile` cells begin along `size` cells. Throws Error where more than one is needed and
// they share all of themselves.
std::vector<std::int64_t> tile_positions(std::int64_t size, std::int64_t tile, std::int64_t overlap);

// The weights of a tile of `size` cells along one dimension.
at::Tensor tile_weights(std::int64_t size, std::int64_t feather);

// `x` is [B,C,H,W]. An item that fits in one tile is one.
at::Tensor in_tiles(const at::Tensor& x, TileSize tile, TileScale scale, const TileFunction& function);

// The mean of three tilings: twice as wide and half as high, the other way round, and square. No seam
// is at the same place in all.
at::Tensor in_three_tilings(const at::Tensor& x, TileSize tile, TileScale scale,
                            const TileFunction& function);

}  // namespace ksampler

#endif
