// SaveImage, SaveImageAdvanced, PreviewImage and ImageCompare.
#include "host/files/output.hpp"
#include "host/files/png.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/image/functions.hpp"
#include "host/nodes/preview_place.hpp"
#include "host/nodes/values.hpp"
#include "host/record/record.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <map>
#include <string>

namespace ksampler {

namespace {

using Record = std::map<std::string, std::string>;
using Encode = std::vector<std::byte>(const at::Tensor& image, const Record& record);

// What is no number is black.
at::Tensor whole_numbers(const at::Tensor& image, double most, at::ScalarType type) {
  return (image.clamp(0.0, 1.0) * most).nan_to_num(0.0).to(type).contiguous();
}

// Cut off, as ComfyUI does.
std::vector<std::byte> in_8_bits(const at::Tensor& image, const Record& record) {
  const at::Tensor pixels = whole_numbers(image, 255.0, at::kByte);
  const auto encoded = pixels.size(2) == 4 ? &png_bytes_with_alpha : &png_bytes;
  return encoded(static_cast<std::uint32_t>(pixels.size(1)), static_cast<std::uint32_t>(pixels.size(0)),
                 {pixels.const_data_ptr<std::uint8_t>(), static_cast<std::size_t>(pixels.numel())},
                 record);
}

// Rounded: 8 bits that were read from a file come out as what they were, times 257.
std::vector<std::byte> in_16_bits(const at::Tensor& image, const Record& record) {
  const at::Tensor pixels = whole_numbers(image, 65535.0, at::kDouble).round_().to(at::kInt);
  const auto* begin = pixels.const_data_ptr<std::int32_t>();
  std::vector<std::uint16_t> values(static_cast<std::size_t>(pixels.numel()));
  std::transform(begin, begin + pixels.numel(), values.begin(),
                 [](std::int32_t value) { return static_cast<std::uint16_t>(value); });
  return png_bytes_of_16_bits(static_cast<std::uint32_t>(pixels.size(1)),
                              static_cast<std::uint32_t>(pixels.size(0)), pixels.size(2) == 4, values,
                              record);
}

// Each picture to the program, where it takes them.
void hand_out_images(const NodeContext& context, const Node& node, const ImageValue& images,
                     bool is_preview) {
  if (!context.options.hands_out_pictures) return;
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    const at::Tensor pixels = whole_numbers(images[i], 255.0, at::kByte);
    context.reporter.picture(node, {.is_preview = is_preview,
                                    .width = static_cast<std::uint32_t>(pixels.size(1)),
                                    .height = static_cast<std::uint32_t>(pixels.size(0)),
                                    .channels = static_cast<std::uint32_t>(pixels.size(2)),
                                    .pixels = pixels.const_data_ptr<std::uint8_t>(),
                                    .index = static_cast<std::uint32_t>(i),
                                    .count = static_cast<std::uint32_t>(images.size(0))});
  }
}

// Each picture to <folder>/<prefix>_00001_.png, counting up, with the record of how it was made.
void write_images(const NodeContext& context, const Node& node, const ImageValue& images,
                  const OutputPlace& place, Encode& encoded = in_8_bits) {
  if (!context.options.writes_pictures) return;
  const auto record = record_of(context, place.folder / place.prefix);
  for (std::int64_t i = 0; i < images.size(0); ++i) {
    const auto bytes = encoded(images[i], record);
    context.reporter.file_written(node, write_numbered(place.folder, place.prefix, ".png", bytes));
  }
}

void save_images(const NodeContext& context, const Inputs& in, Encode& encoded) {
  const at::Tensor& images = in.link<ImageValue>("images");
  hand_out_images(context, in.node(), images, /*is_preview=*/false);
  const std::filesystem::path& out = context.options.out;
  const PrefixFacts facts{.width = images.size(2), .height = images.size(1), .time = local_time()};
  write_images(context, in.node(), images,
               {out, fitting_prefix(in.text("filename_prefix"), context.pipeline, facts, out, ".png")},
               encoded);
}

}  // namespace

std::vector<Value> run_save_image(const NodeContext& context, const Inputs& in) {
  save_images(context, in, in_8_bits);
  return {in.linked("images")};
}

std::vector<Value> run_save_image_advanced(const NodeContext& context, const Inputs& in) {
  save_images(context, in, in.text("format.bit_depth") == "16-bit" ? in_16_bits : in_8_bits);
  return {in.linked("images")};
}

std::vector<Value> run_preview_image(const NodeContext& context, const Inputs& in) {
  hand_out_images(context, in.node(), in.link<ImageValue>("images"), /*is_preview=*/true);
  write_images(context, in.node(), in.link<ImageValue>("images"), preview_place(context.options));
  return {in.linked("images")};
}

// Both are written, to be laid side by side.
std::vector<Value> run_image_compare(const NodeContext& context, const Inputs& in) {
  for (const char* which : {"a", "b"}) {
    const std::string input = std::string("image_") + which;
    if (!in.has(input)) continue;
    hand_out_images(context, in.node(), in.link<ImageValue>(input), /*is_preview=*/true);
    write_images(context, in.node(), in.link<ImageValue>(input),
                 preview_place(context.options, std::string("compare_") + which));
  }
  return {};
}

}  // namespace ksampler
