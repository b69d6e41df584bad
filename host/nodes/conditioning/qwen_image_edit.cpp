// TextEncodeQwenImageEdit and TextEncodeQwenImageEditPlus: a prompt whose encoder sees the pictures
// that are edited, with their latents for the network.
#include "host/model/load/sentence_tower.hpp"
#include "host/model/picture/pictures.hpp"
#include "host/nodes/conditioning/encoded_prompt.hpp"
#include "host/nodes/conditioning/functions.hpp"
#include "host/nodes/image/fitted.hpp"
#include "host/nodes/values.hpp"

#include <array>
#include <cmath>

namespace ksampler {
namespace {

constexpr double kSeenByNetwork = 1024.0 * 1024.0;  // pixels
constexpr double kSeenByEncoder = 384.0 * 384.0;
constexpr const char* kPictureMark = "<|vision_start|><|image_pad|><|vision_end|>";

// About `pixels` of them, in sides that are multiples of `multiple`.
ImageValue with_pixels(const ImageValue& image, double pixels, std::int64_t multiple) {
  const double factor = std::sqrt(pixels / static_cast<double>(image.size(1) * image.size(2)));
  const auto side = [&](int dim) {
    const double length = static_cast<double>(image.size(dim)) * factor;
    return rounded(length / static_cast<double>(multiple)) * multiple;
  };
  return with_channels(resized_image(image, {side(2), side(1)}, "area", "disabled"), 3);
}

// Of a batch, the first.
at::Tensor first_of(const ImageValue& images) { return images.narrow(0, 0, 1); }

std::vector<Value> edited(const NodeContext& context, const Inputs& in, const PromptPictures* pictures,
                          const std::vector<at::Tensor>& latents) {
  const std::string& prompt = in.text("prompt");
  ConditioningValue all =
      encoded_prompt(context, in, {.l = prompt, .g = prompt, .t5 = prompt, .pictures = pictures});
  all[0].references = latents;
  return {all};
}

}  // namespace

std::vector<Value> run_text_encode_qwen_image_edit(const NodeContext& context, const Inputs& in) {
  if (!in.has("image")) return edited(context, in, nullptr, {});
  const ImageValue image = with_pixels(in.link<ImageValue>("image"), kSeenByNetwork, 1);
  std::vector<at::Tensor> latents;
  if (in.has("vae")) {
    latents.push_back(encode_pictures(*in.link<VaeValue>("vae").hold(context.models), image));
  }
  const PromptPictures pictures{
      .marks = kPictureMark, .pictures = {first_of(image)}, .latents_follow = in.has("vae")};
  return edited(context, in, &pictures, latents);
}

std::vector<Value> run_text_encode_qwen_image_edit_plus(const NodeContext& context, const Inputs& in) {
  PromptPictures pictures;
  pictures.latents_follow = in.has("vae");
  std::vector<at::Tensor> latents;
  int number = 0;
  for (const char* name : {"image1", "image2", "image3"}) {
    ++number;
    if (!in.has(name)) continue;
    const ImageValue& image = in.link<ImageValue>(name);
    pictures.marks += "Picture " + std::to_string(number) + ": " + kPictureMark;
    pictures.pictures.push_back(first_of(with_pixels(image, kSeenByEncoder, 1)));
    if (!in.has("vae")) continue;
    latents.push_back(encode_pictures(*in.link<VaeValue>("vae").hold(context.models),
                                      with_pixels(image, kSeenByNetwork, kCellPixels)));
  }
  return edited(context, in, &pictures, latents);
}

}  // namespace ksampler
