// SaveImage and PreviewImage.
#include "host/files/output.hpp"
#include "host/files/png.hpp"
#include "host/nodes/filename_prefix.hpp"
#include "host/nodes/image/functions.hpp"
#include "host/nodes/preview_place.hpp"
#include "host/nodes/values.hpp"
#include "host/record/record.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

namespace ksampler {

namespace {

// Each picture to <folder>/<prefix>_00001_.png, counting up, with the record of how it was made.
void write_images(const NodeContext& context, const Node& node, const ImageValue& images,
                  const OutputPlace& place) {
  const at::Tensor pixels = (images.clamp(0.0, 1.0) * 255.0).nan_to_num(0.0).to(at::kByte).contiguous();
  const auto width = static_cast<std::uint32_t>(pixels.size(2));
  const auto height = static_cast<std::uint32_t>(pixels.size(1));
  const std::size_t size = static_cast<std::size_t>(pixels.size(3)) * width * height;
  const auto encoded = pixels.size(3) == 4 ? &png_bytes_with_alpha : &png_bytes;
  const auto record = record_of(context, place.folder / place.prefix);
  for (std::int64_t i = 0; i < pixels.size(0); ++i) {
    const at::Tensor image = pixels[i];
    const auto bytes = encoded(width, height, {image.const_data_ptr<std::uint8_t>(), size}, record);
    const auto file = write_numbered(place.folder, place.prefix, ".png", bytes);
    context.reporter.file_written(node, file);
  }
}

}  // namespace

std::vector<Value> run_save_image(const NodeContext& context, const Inputs& in) {
  const at::Tensor& images = in.link<ImageValue>("images");
  const std::filesystem::path& out = context.options.out;
  write_images(
      context, in.node(), images,
      {out, fitting_prefix(in.text("filename_prefix"), context.pipeline,
                           {.width = images.size(2), .height = images.size(1), .time = local_time()},
                           out, ".png")});
  return {in.linked("images")};
}

std::vector<Value> run_preview_image(const NodeContext& context, const Inputs& in) {
  write_images(context, in.node(), in.link<ImageValue>("images"), preview_place(context.options));
  return {in.linked("images")};
}

// Both are written, to be laid side by side.
std::vector<Value> run_image_compare(const NodeContext& context, const Inputs& in) {
  for (const char* which : {"a", "b"}) {
    const std::string input = std::string("image_") + which;
    if (!in.has(input)) continue;
    write_images(context, in.node(), in.link<ImageValue>(input),
                 preview_place(context.options, std::string("compare_") + which));
  }
  return {};
}

}  // namespace ksampler
