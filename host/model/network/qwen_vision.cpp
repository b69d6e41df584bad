#include "host/model/network/qwen_vision.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/rotary.hpp"
#include "host/model/network/tensors.hpp"
#include "host/model/network/vision_patches.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/silu.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <string>

namespace ksampler {
namespace {

constexpr std::int64_t kPatchSide = 14;  // pixels
constexpr std::int64_t kWindow = 4;      // tokens
constexpr std::int64_t kHeads = 16;
constexpr std::size_t kWholeEach = 8;  // blocks
constexpr double kVisionTheta = 10'000.0;
constexpr double kVisionEps = 1e-6;

// The mean and the deviation of CLIP's pictures (Radford et al. 2021).
constexpr std::array<double, 3> kClipMean = {0.48145466, 0.4578275, 0.40821073};
constexpr std::array<double, 3> kClipDeviation = {0.26862954, 0.26130258, 0.27577711};

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

QwenVision::QwenVision(const Weights& own, std::int64_t width) : device_(own.device()) {
  patches_.weight = load_patch_kernel(own, "patch_embed.proj.weight", kPatchSide);
  width_ = patches_.weight.size(0);
  if (width_ % (4 * kHeads) != 0) {
    throw Error({own.file()->file().string()},
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
  const at::Tensor fitted = fitted_to_tokens(picture, kPatchSide, device_, kClipMean, kClipDeviation);
  const std::int64_t rows = fitted.size(2) / (kMerge * kPatchSide);
  const std::int64_t columns = fitted.size(3) / (kMerge * kPatchSide);
  const Windows windows = windows_of(rows, columns);
  const at::Tensor order = at::tensor(windows.tokens, at::kLong).to(device_);
  const std::int64_t half = width_ / kHeads / 2;
  const at::Tensor turns = rotary_turns(
      tokens_in_order(places_of_patches(rows, columns, device_), order), {half, half}, kVisionTheta);

  at::Tensor x = tokens_in_order(patches_(patches_in(fitted, kPatchSide)), order).unsqueeze(0);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    const bool whole = (i + 1) % kWholeEach == 0;
    x = run(blocks_[i], x, turns, whole ? std::vector{x.size(1)} : windows.patches);
  }
  const at::Tensor merged = merged_norm_(x).view({rows * columns, kMerge * kMerge * width_});
  const at::Tensor tokens = merged_out_(at::gelu(merged_in_(merged)));
  return {.tokens = tokens.index_select(0, order.argsort()), .rows = rows, .columns = columns};
}

}  // namespace ksampler
