#include "host/model/network/qwen3_vision.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/rotary.hpp"
#include "host/model/network/tensors.hpp"
#include "host/model/network/vision_patches.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/upsample_bilinear2d.h>

#include <array>
#include <cmath>
#include <string>

namespace ksampler {
namespace {

constexpr std::int64_t kPatchSide3 = 16;  // pixels
constexpr std::int64_t kHeads3 = 16;
constexpr double kVision3Theta = 10'000.0;
constexpr double kVision3Eps = 1e-6;
constexpr std::array<double, 3> kHalf3 = {0.5, 0.5, 0.5};  // mean and deviation of each colour

// Behind how many blocks the `i`-th goes to the language model: 9, 17 and 25 of the 27 of the models
// with 8 billion weights and more, else behind each quarter.
std::size_t blocks_before(std::size_t i, std::size_t blocks) {
  constexpr std::size_t kOfLarge = 27;
  return blocks == kOfLarge ? 8 * (i + 1) + 1 : (i + 1) * blocks / 4;
}

// [side * side, W], row by row, as [1,W,side,side].
at::Tensor load_places(const Weights& weights, std::int64_t width) {
  const std::string name = "pos_embed.weight";
  const at::Tensor table = weights.as(at::kFloat).get(name, {kAnySize, width});
  const auto side = static_cast<std::int64_t>(std::lround(std::sqrt(table.size(0))));
  if (side * side != table.size(0)) {
    throw Error({weights.file()->file().string()},
                sentence("tensor '{}{}' has {} rows; expected the places of a square", weights.prefix(),
                         name, table.size(0)));
  }
  return table.t().reshape({1, width, side, side});
}

}  // namespace

bool Qwen3Vision::is_in(const Weights& own) { return own.has("merger.linear_fc1.weight"); }

Qwen3Vision::Qwen3Vision(const Weights& own, std::int64_t width) : device_(own.device()) {
  patches_.weight = load_patch_kernel(own, "patch_embed.proj.weight", kPatchSide3);
  width_ = patches_.weight.size(0);
  if (width_ % (4 * kHeads3) != 0) {
    throw Error({own.file()->file().string()},
                sentence("what the text encoder sees pictures with is {} wide; expected a multiple of "
                         "{}, its heads' row and column",
                         width_, 4 * kHeads3));
  }
  patches_.bias = own.as(at::kFloat).get("patch_embed.proj.bias", {width_});
  places_ = load_places(own, width_);
  for (std::int64_t i = 0; i < count_of(own, "blocks."); ++i) {
    blocks_.push_back(load_block(own.within("blocks." + std::to_string(i) + ".")));
  }
  merger_ = load_merger(own.within("merger."), width_, width);
  for (std::int64_t i = 0; i < count_of(own, "deepstack_merger_list."); ++i) {
    deep_.push_back(load_merger(own.within("deepstack_merger_list." + std::to_string(i) + "."),
                                kMerge * kMerge * width_, width));
  }
}

Qwen3Vision::Block Qwen3Vision::load_block(const Weights& weights) const {
  const std::int64_t hidden = matrix_sizes(weights, "mlp.linear_fc1.weight").first;
  return {.norm1 = load_layer_norm(weights.as(at::kFloat), "norm1", width_, kVision3Eps),
          .norm2 = load_layer_norm(weights.as(at::kFloat), "norm2", width_, kVision3Eps),
          .qkv = load_stored_linear(weights, "attn.qkv", width_, 3 * width_),
          .proj = load_stored_linear(weights, "attn.proj", width_, width_),
          .mlp = {.in = load_stored_linear(weights, "mlp.linear_fc1", width_, hidden),
                  .out = load_stored_linear(weights, "mlp.linear_fc2", hidden, width_)}};
}

// `normed`: of what its norm is: a patch, or four side by side.
Qwen3Vision::Merger Qwen3Vision::load_merger(const Weights& weights, std::int64_t normed,
                                             std::int64_t width) const {
  const std::int64_t four = kMerge * kMerge * width_;
  return {.norm = load_layer_norm(weights.as(at::kFloat), "norm", normed, kVision3Eps),
          .in = load_stored_linear(weights, "linear_fc1", four, four),
          .out = load_stored_linear(weights, "linear_fc2", four, width)};
}

at::Tensor Qwen3Vision::merged(const Merger& merger, const at::Tensor& x) const {
  const std::int64_t normed = merger.norm.weight.size(0);
  const at::Tensor four = merger.norm(x.reshape({-1, normed})).reshape({-1, kMerge * kMerge * width_});
  return merger.out(at::gelu(merger.in(four)));
}

at::Tensor Qwen3Vision::run(const Block& block, const at::Tensor& x, const at::Tensor& turns) {
  const std::vector<at::Tensor> qkv = heads_of(block.qkv(block.norm1(x)), 3, kHeads3);
  const at::Tensor mixed = at::scaled_dot_product_attention(turned_halves(qkv[0], turns),
                                                            turned_halves(qkv[1], turns), qkv[2]);
  const at::Tensor y = x + block.proj(joined_heads(mixed));
  return y + block.mlp(block.norm2(y));
}

SeenPicture Qwen3Vision::operator()(const at::Tensor& picture) const {
  const at::Tensor fitted = fitted_to_tokens(picture, kPatchSide3, device_, kHalf3, kHalf3);
  const std::int64_t height = fitted.size(2) / kPatchSide3;  // patches
  const std::int64_t width = fitted.size(3) / kPatchSide3;
  const std::int64_t half = width_ / kHeads3 / 2;
  const at::Tensor turns = rotary_turns(places_of_patches(height / kMerge, width / kMerge, device_),
                                        {half, half}, kVision3Theta);
  const at::Tensor places = at::upsample_bilinear2d(places_, {height, width}, /*align_corners=*/true);

  at::Tensor x = (patches_(patches_in(fitted, kPatchSide3)) + in_order_of_patches(places)).unsqueeze(0);
  SeenPicture seen{.tokens = {}, .rows = height / kMerge, .columns = width / kMerge};
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    x = run(blocks_[i], x, turns);
    for (std::size_t deep = 0; deep < deep_.size(); ++deep) {
      if (blocks_before(deep, blocks_.size()) == i + 1) seen.deep.push_back(merged(deep_[deep], x));
    }
  }
  seen.tokens = merged(merger_, x);
  return seen;
}

}  // namespace ksampler
