// ResizeImageMaskNode: a picture or a mask in another size, said in one of nine ways.
#include "host/base/error.hpp"
#include "host/nodes/image/functions.hpp"
#include "host/nodes/mask/mask_values.hpp"
#include "host/nodes/values.hpp"
#include "host/pictures/resize.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace ksampler {
namespace {

double ratio(std::int64_t a, std::int64_t b) { return static_cast<double>(a) / static_cast<double>(b); }

// Both are tensors: pictures have their channels last, 3 or 4.
bool is_picture(const at::Tensor& value) {
  return value.dim() == 4 && value.size(1) != 1 && (value.size(3) == 3 || value.size(3) == 4);
}

const at::Tensor& picture_or_mask(const Inputs& in, const char* name) {
  if (const auto* tensor = std::any_cast<at::Tensor>(&in.linked(name))) return *tensor;
  throw Error(std::string("'") + name + "' is neither picture nor mask; expected an IMAGE or a MASK");
}

// [B,C,H,W] of either.
at::Tensor layers_of(const at::Tensor& value) {
  return is_picture(value) ? value.permute({0, 3, 1, 2}) : in_layers(value).unsqueeze(1);
}

at::Tensor in_form_of(const at::Tensor& value, const at::Tensor& layers) {
  return is_picture(value) ? layers.permute({0, 2, 3, 1}).contiguous() : layers.squeeze(1);
}

// 0 keeps the ratio.
Size with_ratio(Size from, std::int64_t width, std::int64_t height) {
  if (width == 0) width = std::max<std::int64_t>(1, proportional(from.width, height, from.height));
  if (height == 0) height = std::max<std::int64_t>(1, proportional(from.height, width, from.width));
  return {width, height};
}

Size with_width(Size from, std::int64_t width) {
  return {width, rounded(ratio(from.height, from.width) * static_cast<double>(width))};
}
Size with_height(Size from, std::int64_t height) {
  return {rounded(ratio(from.width, from.height) * static_cast<double>(height)), height};
}

Size with_pixels(Size from, double megapixels, std::int64_t multiple) {
  const double total = std::trunc(megapixels * 1024.0 * 1024.0);
  const double scale = std::sqrt(total / static_cast<double>(from.width * from.height));
  const auto side = [&](std::int64_t length) {
    const double units = static_cast<double>(length) * scale / static_cast<double>(multiple);
    return std::max<std::int64_t>(1, rounded(units)) * multiple;
  };
  return {side(from.width), side(from.height)};
}

// Resized to cover the next lower multiples, and cut to them.
at::Tensor to_multiple(const at::Tensor& layers, std::int64_t multiple, const std::string& method) {
  const Size from{layers.size(3), layers.size(2)};
  const Size to{from.width / multiple * multiple, from.height / multiple * multiple};
  const bool fits = to.width == from.width && to.height == from.height;
  if (to.width == 0 || to.height == 0 || fits) return layers;
  const double by_width = ratio(to.width, from.width), by_height = ratio(to.height, from.height);
  const auto covering = [](std::int64_t length, double scale) {
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(length) * scale));
  };
  const Size scaled = by_width >= by_height
                          ? Size{to.width, std::max(to.height, covering(from.height, by_width))}
                          : Size{std::max(to.width, covering(from.width, by_height)), to.height};
  return resized(layers, scaled, method, "disabled")
      .narrow(2, (scaled.height - to.height) / 2, to.height)
      .narrow(3, (scaled.width - to.width) / 2, to.width);
}

using Target = Size (*)(const Inputs& in, Size from);

const std::map<std::string, Target>& targets() {
  static const std::map<std::string, Target> table = {
      {"scale dimensions",
       [](const Inputs& in, Size from) {
         return with_ratio(from, in.integer("resize_type.width"), in.integer("resize_type.height"));
       }},
      {"scale by multiplier",
       [](const Inputs& in, Size from) {
         const double by = in.number("resize_type.multiplier");
         return Size{rounded(static_cast<double>(from.width) * by),
                     rounded(static_cast<double>(from.height) * by)};
       }},
      {"scale longer dimension",
       [](const Inputs& in, Size from) {
         const std::int64_t side = in.integer("resize_type.longer_size");
         return from.height > from.width ? with_height(from, side) : with_width(from, side);
       }},
      {"scale shorter dimension",
       [](const Inputs& in, Size from) {
         const std::int64_t side = in.integer("resize_type.shorter_size");
         return from.height < from.width ? with_height(from, side) : with_width(from, side);
       }},
      {"scale width", [](const Inputs& in,
                         Size from) { return with_ratio(from, in.integer("resize_type.width"), 0); }},
      {"scale height", [](const Inputs& in,
                          Size from) { return with_ratio(from, 0, in.integer("resize_type.height")); }},
      {"scale total pixels",
       [](const Inputs& in, Size from) {
         const bool is_given = in.has("resize_type.multiple");
         return with_pixels(from, in.number("resize_type.megapixels"),
                            is_given ? in.integer("resize_type.multiple") : 1);
       }},
      {"match size",
       [](const Inputs& in, Size) {
         if (!in.has("resize_type.match")) {
           throw Error("'resize_type.match' is not linked; expected an IMAGE or a MASK of the size");
         }
         const at::Tensor match = layers_of(picture_or_mask(in, "resize_type.match"));
         return Size{match.size(3), match.size(2)};
       }},
  };
  return table;
}

// Sides that are 0, and leave nothing to keep a ratio to.
bool says_no_size(const Inputs& in, const std::string& type) {
  const bool no_width = type == "scale height" || in.integer("resize_type.width") == 0;
  const bool no_height = type == "scale width" || in.integer("resize_type.height") == 0;
  return no_width && no_height &&
         (type == "scale dimensions" || type == "scale width" || type == "scale height");
}

}  // namespace

std::vector<Value> run_resize_image_mask(const NodeContext&, const Inputs& in) {
  const at::Tensor& given = picture_or_mask(in, "input");
  const at::Tensor layers = layers_of(given);
  const std::string& type = in.text("resize_type");
  const std::string& method = in.text("scale_method");
  if (says_no_size(in, type)) return {given};
  if (type == "scale to multiple") {
    const std::int64_t multiple =
        in.has("resize_type.multiple") ? in.integer("resize_type.multiple") : 8;
    return {in_form_of(given, to_multiple(layers, multiple, method))};
  }
  const bool crops = type == "scale dimensions" || type == "match size";
  const Size size = targets().at(type)(in, {layers.size(3), layers.size(2)});
  const std::string crop = crops ? in.text("resize_type.crop") : "disabled";
  return {in_form_of(given, resized(layers, size, method, crop))};
}

}  // namespace ksampler
