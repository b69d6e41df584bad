#include "host/model/network/qwen_vision.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/rotary.hpp"
#include "host/model/network/tensors.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace ksampler {
namespace {

constexpr std::int64_t kPatchSide = 14;  // pixels
constexpr std::int64_t kMerge = 2;       // patches that a token is wide and high
constexpr std::int64_t kTokenSide = kPatchSide * kMerge;
constexpr std::int64_t kWindow = 4;  // tokens
constexpr std::int64_t kHeads = 16;
constexpr std::size_t kWholeEach = 8;  // blocks
constexpr double kVisionTheta = 10'000.0;
constexpr double kVisionEps = 1e-6;
constexpr const char* kPatchKernel = "visual.patch_embed.proj.weight";

// The mean and the deviation of CLIP's pictures (Radford et al. 2021).
at::Tensor normalised(const at::Tensor& picture) {
  const at::Tensor mean = at::tensor({0.48145466, 0.4578275, 0.40821073}, picture.options());
  const at::Tensor deviation = at::tensor({0.26862954, 0.26130258, 0.27577711}, picture.options());
  return (picture - mean.view({1, 3, 1, 1})) / deviation.view({1, 3, 1, 1});
}

// Whole tokens, about as many pixels as there are: from 56 by 56 to 3584 by 3584 of them (Qwen2-VL).
Size token_pixels(std::int64_t height, std::int64_t width) {
  constexpr double kLeast = 56.0 * 56.0;
  constexpr double kMost = 3584.0 * 3584.0;
  const auto h = static_cast<double>(height);
  const auto w = static_cast<double>(width);
  const auto whole = [](double side, double (*to)(double)) {
    return std::max<std::int64_t>(static_cast<std::int64_t>(to(side / kTokenSide)), 1) * kTokenSide;
  };
  const auto nearest = [](double x) { return std::nearbyint(x); };
  const auto above = [](double x) { return std::ceil(x); };
  const auto below = [](double x) { return std::floor(x); };
  const Size size{.width = whole(w, nearest), .height = whole(h, nearest)};
  const auto pixels = static_cast<double>(size.width * size.height);
  const double factor = std::sqrt((pixels > kMost ? kMost : kLeast) / (h * w));
  if (pixels > kMost) return {.width = whole(w * factor, below), .height = whole(h * factor, below)};
  if (pixels < kLeast) return {.width = whole(w * factor, above), .height = whole(h * factor, above)};
  return size;
}

// [1,3,H,W] to [n, 3 * 14 * 14]: the patches of a token one after another, tokens row by row.
at::Tensor patches_in(const at::Tensor& picture) {
  const std::int64_t rows = picture.size(2) / kTokenSide;
  const std::int64_t columns = picture.size(3) / kTokenSide;
  return picture.view({3, rows, kMerge, kPatchSide, columns, kMerge, kPatchSide})
      .permute({1, 4, 2, 5, 0, 3, 6})
      .reshape({rows * columns * kMerge * kMerge, 3 * kPatchSide * kPatchSide});
}

// The row and the column of each patch, in that order.
at::Tensor places_of_patches(std::int64_t rows, std::int64_t columns, at::Device device) {
  return grid_positions(0.0, rows * kMerge, columns * kMerge, device)
      .narrow(1, 1, 2)
      .view({rows, kMerge, columns, kMerge, 2})
      .transpose(1, 2)
      .reshape({-1, 2});
}

struct Windows {
  std::vector<std::int64_t> tokens;   // row by row in each window, windows row by row
  std::vector<std::int64_t> patches;  // how many each window has
};

Windows windows_of(std::int64_t rows, std::int64_t columns) {
  Windows windows;
  for (std::int64_t top = 0; top < rows; top += kWindow) {
    for (std::int64_t left = 0; left < columns; left += kWindow) {
      const std::int64_t bottom = std::min(top + kWindow, rows);
      const std::int64_t right = std::min(left + kWindow, columns);
      for (std::int64_t y = top; y < bottom; ++y) {
        for (std::int64_t x = left; x < right; ++x) windows.tokens.push_back(y * columns + x);
      }
      windows.patches.push_back((bottom - top) * (right - left) * kMerge * kMerge);
    }
  }
  return windows;
}

// The rows of each token's patches, tokens in another order.
at::Tensor tokens_in_order(const at::Tensor& patches, const at::Tensor& order) {
  return patches.unflatten(0, {-1, kMerge * kMerge}).index_select(0, order).flatten(0, 1);
}

}  // namespace

bool QwenVision::is_in(const Weights& weights) { return weights.has(kPatchKernel); }

QwenVision::QwenVision(const Weights& weights, std::int64_t width) : device_(weights.device()) {
  // It was made for films: a picture is two frames that are the same.
  const std::int64_t patch_width = weights.shape(kPatchKernel).at(0);
  const at::Tensor frames =
      weights.as(at::kFloat).get(kPatchKernel, {patch_width, 3, 2, kPatchSide, kPatchSide});
  patches_.weight = frames.sum(2).flatten(1);
  const Weights own = weights.within("visual.");
  width_ = patch_width;
  if (width_ % (4 * kHeads) != 0) {
    throw Error({weights.file()->file().string()},
                sentence("what the text encoder sees pictures with is {} wide; expected a multiple of "
                         "{}, its heads' row and column",
                         width_, 4 * kHeads));
  }
  for (std::int64_t i = 0; i < count_of(own, "blocks."); ++i) {
    blocks_.push_back(load_block(own.within("blocks." + std::to_string(i) + ".")));
  }
  const std::int64_t merged = kMerge * kMerge * width_;
  merged_norm_ = load_rms_norm(own, "merger.ln_q.weight", width_, kVisionEps);
  merged_in_ = load_stored_linear(own, "merger.mlp.0", merged, merged);
  merged_out_ = load_stored_linear(own, "merger.mlp.2", merged, width);
}

QwenVision::Block QwenVision::load_block(const Weights& weights) const {
  const std::int64_t hidden = matrix_sizes(weights, "mlp.gate_proj.weight").first;
  return {.norm1 = load_rms_norm(weights, "norm1.weight", width_, kVisionEps),
          .norm2 = load_rms_norm(weights, "norm2.weight", width_, kVisionEps),
          .qkv = load_stored_linear(weights, "attn.qkv", width_, 3 * width_),
          .proj = load_stored_linear(weights, "attn.proj", width_, width_),
          .gate = load_stored_linear(weights, "mlp.gate_proj", width_, hidden),
          .up = load_stored_linear(weights, "mlp.up_proj", width_, hidden),
          .down = load_stored_linear(weights, "mlp.down_proj", hidden, width_)};
}

// `parts`: how many patches, one after another, see each other.
at::Tensor QwenVision::run(const Block& block, const at::Tensor& x, const at::Tensor& turns,
                           const std::vector<std::int64_t>& parts) const {
  const std::vector<at::Tensor> qkv = heads_of(block.qkv(block.norm1(x)), 3, kHeads);
  const at::Tensor q = turned_halves(qkv[0], turns);
  const at::Tensor k = turned_halves(qkv[1], turns);
  std::vector<at::Tensor> mixed;
  std::int64_t first = 0;
  for (const std::int64_t count : parts) {
    const auto part = [&](const at::Tensor& of) { return of.narrow(2, first, count); };
    mixed.push_back(at::scaled_dot_product_attention(part(q), part(k), part(qkv[2])));
    first += count;
  }
  const at::Tensor y = x + block.proj(joined_heads(at::cat(mixed, 2)));
  const at::Tensor h = block.norm2(y);
  at::Tensor gate = block.gate(h);
  return y + block.down(at::silu_(gate).mul_(block.up(h)));
}

SeenPicture QwenVision::operator()(const at::Tensor& picture) const {
  const at::Tensor channels = picture.permute({0, 3, 1, 2}).to(device_);
  const at::Tensor fitted =
      resized(channels, token_pixels(channels.size(2), channels.size(3)), "bilinear", "disabled");
  const std::int64_t rows = fitted.size(2) / kTokenSide;
  const std::int64_t columns = fitted.size(3) / kTokenSide;
  const Windows windows = windows_of(rows, columns);
  const at::Tensor order = at::tensor(windows.tokens, at::kLong).to(device_);
  const std::int64_t half = width_ / kHeads / 2;
  const at::Tensor turns = rotary_turns(
      tokens_in_order(places_of_patches(rows, columns, device_), order), {half, half}, kVisionTheta);

  at::Tensor x = tokens_in_order(patches_(patches_in(normalised(fitted))), order).unsqueeze(0);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const bool whole = (i + 1) % kWholeEach == 0;
    x = run(blocks_[i], x, turns, whole ? std::vector{x.size(1)} : windows.patches);
  }
  const at::Tensor merged = merged_norm_(x).view({rows * columns, kMerge * kMerge * width_});
  const at::Tensor tokens = merged_out_(at::gelu(merged_in_(merged)));
  return {.tokens = tokens.index_select(0, order.argsort()), .rows = rows, .columns = columns};
}

}  // namespace ksampler
