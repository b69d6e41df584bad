// LoadImage and LoadImageMask.
#include "host/base/sentence.hpp"
#include "host/files/picture.hpp"
#include "host/nodes/image/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace ksampler {
namespace {

float unit(std::uint16_t value) { return static_cast<float>(value) / 65535.0f; }

void warn_of(const NodeContext& context, const Inputs& in, const Picture& picture) {
  if (picture.warning.empty()) return;
  context.reporter.warning(in.node(),
                           sentence("{}: is read, though {}", in.text("image"), picture.warning));
}

// One channel of a picture: [1,H,W].
at::Tensor channel_of(const Picture& picture, std::size_t channel) {
  at::Tensor values = at::empty({1, picture.height, picture.width});
  auto* to = values.data_ptr<float>();
  for (std::size_t i = channel; i < picture.rgba.size(); i += 4) *to++ = unit(picture.rgba[i]);
  return values;
}

}  // namespace

std::vector<Value> run_load_image(const NodeContext& context, const Inputs& in) {
  const std::vector<Picture> frames = read_frames(in.text("image"));
  const auto count = static_cast<std::int64_t>(frames.size());
  at::Tensor image = at::empty({count, frames[0].height, frames[0].width, 3});
  at::Tensor mask = at::empty({count, frames[0].height, frames[0].width});
  auto* rgb = image.data_ptr<float>();
  auto* transparency = mask.data_ptr<float>();
  for (const Picture& picture : frames) {
    warn_of(context, in, picture);
    for (std::size_t i = 0; i < picture.rgba.size(); i += 4) {
      for (std::size_t c = 0; c < 3; ++c) *rgb++ = unit(picture.rgba[i + c]);
      *transparency++ = 1.0f - unit(picture.rgba[i + 3]);
    }
  }
  return {ImageValue(image), MaskValue(mask)};
}

std::vector<Value> run_load_image_mask(const NodeContext& context, const Inputs& in) {
  constexpr std::array<std::string_view, 4> kChannels = {"red", "green", "blue", "alpha"};
  const Picture picture = read_picture(in.text("image"));
  warn_of(context, in, picture);
  const auto channel = static_cast<std::size_t>(
      std::find(kChannels.begin(), kChannels.end(), in.text("channel")) - kChannels.begin());
  const bool is_alpha = channel == 3;
  if (is_alpha && !picture.has_alpha) {
    context.reporter.warning(in.node(),
                             in.text("image") +
                                 ": has no alpha, so that the mask is 0 everywhere; channel: "
                                 "red makes one of a black and white picture");
  }
  const at::Tensor values = channel_of(picture, channel);
  return {MaskValue(is_alpha ? 1.0 - values : values)};
}

}  // namespace ksampler
