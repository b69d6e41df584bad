// TextEncodeQwenImage21: a prompt and one not to follow, with the pictures that are edited, and an
// empty latent as large as the first of them.
#include "host/nodes/conditioning/qwen_image21.hpp"

#include "host/model/load/sentence_tower.hpp"
#include "host/model/picture/pictures.hpp"
#include "host/nodes/conditioning/encoded_prompt.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/image/fitted.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

constexpr std::int64_t kTokenPixels = 32;  // of the text encoder: 2 by 2 cells of a latent
constexpr std::int64_t kQwen21Cell = 16;
constexpr std::int64_t kQwen21Channels = 64;

// About `resolution` by `resolution` pixels, or as many as there are where that is 0.
Size size_for(const ImageValue& image, std::int64_t resolution) {
  const auto height = static_cast<double>(image.size(1));
  const auto width = static_cast<double>(image.size(2));
  const double pixels = static_cast<double>(resolution) * static_cast<double>(resolution);
  const double ratio = width / height;
  const auto side = [](double length) {
    return std::max<std::int64_t>(rounded(length / kTokenPixels), 1) * kTokenPixels;
  };
  if (resolution == 0) return {.width = side(width), .height = side(height)};
  return {.width = side(std::sqrt(pixels * ratio)), .height = side(std::sqrt(pixels / ratio))};
}

ImageValue in_size(const ImageValue& image, Size size) {
  const bool is = image.size(1) == size.height && image.size(2) == size.width;
  return is ? image : resized_image(image, size, "lanczos", "disabled");
}

// The text encoder sees what has alpha before white.
at::Tensor before_white(const ImageValue& image) {
  at::Tensor colours = image.narrow(3, 0, 3);
  if (image.size(3) < 4) return colours;
  const at::Tensor alpha = image.narrow(3, 3, 1);
  return colours * alpha + (1.0 - alpha);
}

struct Shown {
  PromptPictures pictures;
  std::vector<at::Tensor> latents;
};

// Qwen has no token for the beginning: of no words there would be nothing to look at.
ConditioningValue said_of(const NodeContext& context, const Inputs& in, const char* input,
                          const Shown& shown) {
  const std::string prompt = in.text(input).empty() ? " " : in.text(input);
  ConditioningValue all = encoded_prompt(
      context, in, {.l = prompt, .g = prompt, .t5 = prompt, .pictures = &shown.pictures});
  all[0].references = shown.latents;
  return all;
}

}  // namespace

std::vector<Value> run_text_encode_qwen_image21(const NodeContext& context, const Inputs& in) {
  const std::int64_t resolution = in.integer("resolution");
  const std::int64_t usual = resolution == 0 ? 1024 : resolution;
  Size latent{.width = usual, .height = usual};
  Shown shown;
  shown.pictures.latents_follow = in.has("vae");
  for (std::int64_t i = 1; i <= kQwen21Pictures; ++i) {
    const std::string name = "images.image_" + std::to_string(i);
    if (!in.has(name)) continue;
    const ImageValue image = in.link<ImageValue>(name).narrow(0, 0, 1);
    const Size size = size_for(image, resolution);
    const ImageValue fitted = in_size(image, size);
    std::vector<at::Tensor>& pictures = shown.pictures.pictures;
    if (pictures.empty()) latent = size;
    pictures.push_back(before_white(fitted));
    shown.pictures.marks += (pictures.size() > 1 ? " <image" : "<image") +
                            std::to_string(pictures.size()) +
                            "><|vision_start|><|image_pad|><|vision_end|>";
    if (!in.has("vae")) continue;
    shown.latents.push_back(encode_pictures(*in.link<VaeValue>("vae").hold(context.models), fitted));
  }
  LatentValue empty;
  empty.samples =
      at::zeros({1, kQwen21Channels, latent.height / kQwen21Cell, latent.width / kQwen21Cell});
  empty.cell_pixels = kQwen21Cell;
  return {said_of(context, in, "prompt", shown), said_of(context, in, "negative_prompt", shown), empty};
}

}  // namespace ksampler
