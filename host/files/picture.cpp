#include "host/files/picture.hpp"

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

std::vector<Picture> frames_of(const std::string& name, std::span<const std::byte> bytes) {
  if (is_jpeg(bytes)) return one(decode_jpeg(name, bytes));
  if (is_webp(bytes)) return decode_webp(name, bytes);
  if (is_bmp(bytes)) return one(decode_bmp(name, bytes));
  std::vector<Picture> frames = decode_animated_png(name, bytes);
  if (!frames.empty()) return frames;
  return one(decode_png(name, bytes, "a PNG, JPEG, WebP or BMP is wanted"));
}

}  // namespace

void append_8_bit(Picture& picture, std::span<const std::uint8_t> row, bool has_alpha) {
  const auto wide = [](std::uint8_t value) { return static_cast<std::uint16_t>(257 * value); };
  const std::size_t channels = has_alpha ? 4 : 3;
  for (std::size_t i = 0; i + channels <= row.size(); i += channels) {
    for (std::size_t c = 0; c < 3; ++c) picture.rgba.push_back(wide(row[i + c]));
    picture.rgba.push_back(has_alpha ? wide(row[i + 3]) : 65535);
  }
}

std::vector<Picture> decode_frames(const std::string& name, std::span<const std::byte> bytes) {
  return failing_as(Diagnostic::Kind::bad_file, [&] { return frames_of(name, bytes); });
}

std::vector<Picture> read_frames(const std::filesystem::path& file) {
  return decode_frames(file.string(), InputFile(file).bytes());
}

Picture read_picture(const std::filesystem::path& file) { return std::move(read_frames(file).front()); }

}  // namespace ksampler
