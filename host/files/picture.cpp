#include "host/files/picture.hpp"

#include "host/base/error.hpp"
#include "host/files/apng.hpp"
#include "host/files/bmp.hpp"
#include "host/files/input_file.hpp"
#include "host/files/jpeg.hpp"
#include "host/files/png.hpp"
#include "host/files/webp.hpp"

#include <utility>

namespace ksampler {
namespace {

std::vector<Picture> one(Picture picture) {
  std::vector<Picture> frames;
  frames.push_back(std::move(picture));
  return frames;
}

}  // namespace

void check_picture_size(const std::string& file, std::uint64_t width, std::uint64_t height,
                        std::uint64_t frames) {
  const std::string size = "says that it is " + std::to_string(width) + " x " + std::to_string(height) +
                           " pixels" + (frames > 1 ? ", " + std::to_string(frames) + " times" : "");
  if (width == 0 || height == 0 || frames == 0) throw Error({file}, size);
  if (width <= kMostPictureSide && height <= kMostPictureSide &&
      frames <= kMostPicturePixels / (width * height)) {
    return;
  }
  throw Error({file}, size + "; a picture is read up to " + std::to_string(kMostPictureSide) +
                          " a side and " + std::to_string(kMostPicturePixels) + " in all");
}

void append_8_bit(Picture& picture, std::span<const std::uint8_t> row, bool has_alpha) {
  const auto wide = [](std::uint8_t value) { return static_cast<std::uint16_t>(257 * value); };
  const std::size_t channels = has_alpha ? 4 : 3;
  for (std::size_t i = 0; i + channels <= row.size(); i += channels) {
    for (std::size_t c = 0; c < 3; ++c) picture.rgba.push_back(wide(row[i + c]));
    picture.rgba.push_back(has_alpha ? wide(row[i + 3]) : 65535);
  }
}

std::vector<Picture> read_frames(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::vector<std::byte> bytes = InputFile(file).bytes();
  if (is_jpeg(bytes)) return one(decode_jpeg(name, bytes));
  if (is_webp(bytes)) return decode_webp(name, bytes);
  if (is_bmp(bytes)) return one(decode_bmp(name, bytes));
  std::vector<Picture> frames = decode_animated_png(name, bytes);
  if (!frames.empty()) return frames;
  return one(decode_png(name, bytes, "a PNG, JPEG, WebP or BMP is wanted"));
}

Picture read_picture(const std::filesystem::path& file) { return std::move(read_frames(file).front()); }

}  // namespace ksampler
