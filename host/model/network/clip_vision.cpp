#include "host/model/network/clip_vision.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/model/network/tensors.hpp"
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/_upsample_bicubic2d_aa.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <ATen/ops/sigmoid.h>
#include <ATen/ops/tensor.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace ksampler {
namespace {

constexpr std::int64_t kSeeingHeads = 16;
constexpr double kClipEps = 1e-5;
constexpr double kSiglipEps = 1e-6;
// From so many on it is one of OpenCLIP's, ViT-H or ViT-G, with the exact GELU; ViT-L has 24.
constexpr std::size_t kLayersOfOpenClip = 31;
constexpr std::array<double, 3> kSeenMean = {0.48145466, 0.4578275, 0.40821073};
constexpr std::array<double, 3> kSeenDeviation = {0.26862954, 0.26130258, 0.27577711};
constexpr std::array<double, 3> kSeenHalf = {0.5, 0.5, 0.5};

const std::string kSeeing = "vision_model.";
constexpr const char* kPatches = "embeddings.patch_embedding.weight";

// Pixels of a picture of `places` by `places` patches of `patch` pixels. SigLIP's of 384 pixels leaves
// six of them out.
std::int64_t side_of(std::int64_t places, std::int64_t patch, bool siglip) {
  const bool of_384 = siglip && places == 27 && patch == 14;
  return of_384 ? 384 : places * patch;
}

// Scaled so that the shorter side fits, or both; the middle of that.
at::Tensor scaled_to(const at::Tensor& pictures, std::int64_t side, bool crop) {
  const std::int64_t height = pictures.size(2);
  const std::int64_t width = pictures.size(3);
  if (height == side && width == side) return pictures;
  const double scale = static_cast<double>(side) / static_cast<double>(std::min(height, width));
  const auto fitted = [&](std::int64_t length) {
    return crop ? rounded(scale * static_cast<double>(length)) : side;
  };
  const at::Tensor scaled =
      at::_upsample_bicubic2d_aa(pictures, {fitted(height), fitted(width)}, /*align_corners=*/false);
  return scaled.narrow(2, (scaled.size(2) - side) / 2, side)
      .narrow(3, (scaled.size(3) - side) / 2, side);
}

}  // namespace

ClipVision::ClipVision(const Weights& all) {
  const Weights weights = all.within(kSeeing);
  const std::vector<std::int64_t> kernel = weights.shape(kPatches);
  if (kernel.size() != 4) {
    throw Error({all.file()->file().string()},
                sentence("tensor '{}{}' has shape {}; expected that of a convolution", kSeeing,
                         kPatches, shape_text(kernel)));
  }
  width_ = kernel[0];
  if (width_ == 0 || width_ % kSeeingHeads != 0) {
    throw Error(
        {all.file()->file().string()},
        sentence("the vision model is {} wide; expected a multiple of {}, the number of its heads",
                 width_, kSeeingHeads));
  }
  const Weights wide = weights.as(at::kFloat);
  const std::int64_t patch = kernel[3];
  patches_ = {.weight = wide.get(kPatches, {width_, 3, patch, patch}), .stride = patch};
  if (weights.has("embeddings.class_embedding")) {
    class_token_ = wide.get("embeddings.class_embedding", {width_});
    first_norm_ = load_layer_norm(wide, "pre_layrnorm", width_, kClipEps);
    eps_ = kClipEps;
  } else {
    patches_.bias = wide.get("embeddings.patch_embedding.bias", {width_});
    eps_ = kSiglipEps;
  }
  load_places(weights);
  for (std::int64_t i = 0; i < count_of(weights, "encoder.layers."); ++i) {
    layers_.push_back(load_layer(weights.within("encoder.layers." + std::to_string(i) + ".")));
  }
  if (layers_.size() < 2) {
    throw Error({all.file()->file().string()},
                sentence("the vision model has {} layers; expected at least 2: the one before the last "
                         "is taken, too",
                         layers_.size()));
  }
  final_norm_ = load_layer_norm(wide, "post_layernorm", width_, eps_);
  if (!is_siglip()) {
    const std::int64_t projected = matrix_sizes(all, "visual_projection.weight").first;
    projection_ = load_stored_linear(all, "visual_projection", width_, projected, /*bias=*/false);
  }
  weights.pass_over("head.");  // SigLIP's own way to one vector
  weights.pass_over("embeddings.position_ids");
  for (const char* rest : {"text_model.", "text_projection.", "logit_scale", "logit_bias"}) {
    all.pass_over(rest);
  }
  bytes_ = all.stored_bytes();
}

void ClipVision::load_places(const Weights& weights) {
  const std::string name = "embeddings.position_embedding.weight";
  places_ = weights.as(at::kFloat).get(name, {kAnySize, width_});
  const std::int64_t count = places_.size(0) - (is_siglip() ? 0 : 1);
  const auto places = static_cast<std::int64_t>(
      std::lround(std::sqrt(static_cast<double>(std::max<std::int64_t>(count, 0)))));
  if (places < 1 || places * places != count) {
    throw Error({weights.file()->file().string()},
                sentence("tensor '{}{}' has {} rows; expected the places of a square{}",
                         weights.prefix(), name, places_.size(0), is_siglip() ? "" : ", and one more"));
  }
  side_ = side_of(places, patches_.stride, is_siglip());
}

ClipVision::Layer ClipVision::load_layer(const Weights& weights) const {
  const Weights wide = weights.as(at::kFloat);
  const auto square = [&](const char* name) {
    return load_stored_linear(weights, name, width_, width_);
  };
  const std::int64_t inner = matrix_sizes(weights, "mlp.fc1.weight").first;
  return {.norm1 = load_layer_norm(wide, "layer_norm1", width_, eps_),
          .norm2 = load_layer_norm(wide, "layer_norm2", width_, eps_),
          .q = square("self_attn.q_proj"),
          .k = square("self_attn.k_proj"),
          .v = square("self_attn.v_proj"),
          .out = square("self_attn.out_proj"),
          .fc1 = load_stored_linear(weights, "mlp.fc1", width_, inner),
          .fc2 = load_stored_linear(weights, "mlp.fc2", inner, width_)};
}

at::Tensor ClipVision::prepared(const at::Tensor& pictures, bool crop) const {
  const at::Tensor colours = pictures.narrow(3, 0, 3).permute({0, 3, 1, 2}).to(device()).contiguous();
  const at::Tensor levels = (scaled_to(colours, side_, crop) * 255.0).clamp(0.0, 255.0).round() / 255.0;
  const auto of_colours = [&](const std::array<double, 3>& numbers) {
    return at::tensor(numbers, levels.options()).view({1, 3, 1, 1});
  };
  return (levels - of_colours(is_siglip() ? kSeenHalf : kSeenMean)) /
         of_colours(is_siglip() ? kSeenHalf : kSeenDeviation);
}

at::Tensor ClipVision::embedded(const at::Tensor& prepared) const {
  at::Tensor x = to_tokens(patches_(prepared));
  if (!is_siglip()) x = at::cat({class_token_.expand({x.size(0), 1, width_}), x}, 1);
  x = x + places_;
  return is_siglip() ? x : first_norm_(x);
}

// SigLIP's is GELU by its approximation with tanh, CLIP's ViT-L's by one with a sigmoid.
at::Tensor ClipVision::active(const at::Tensor& x) const {
  if (is_siglip()) return at::gelu(x, "tanh");
  return layers_.size() >= kLayersOfOpenClip ? at::gelu(x) : x * at::sigmoid(1.702 * x);
}

at::Tensor ClipVision::run(const Layer& layer, const at::Tensor& x) const {
  const at::Tensor normed = layer.norm1(x);
  const at::Tensor y =
      x + layer.out(attention(layer.q(normed), layer.k(normed), layer.v(normed), kSeeingHeads));
  return y + layer.fc2(active(layer.fc1(layer.norm2(y))));
}

ClipVisionOutput ClipVision::operator()(const at::Tensor& pictures, bool crop) const {
  at::Tensor x = embedded(prepared(pictures, crop));
  ClipVisionOutput made;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    x = run(layers_[i], x);
    if (i + 2 == layers_.size()) made.penultimate = x;
  }
  if (is_siglip()) {
    made.last_hidden = final_norm_(x);
    made.image_embeds = made.last_hidden;
  } else {
    made.last_hidden = x;
    made.image_embeds = projection_(final_norm_(x.select(1, 0)));
  }
  return made;
}

}  // namespace ksampler
