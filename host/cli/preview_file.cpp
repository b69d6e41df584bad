#include "host/cli/preview_file.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/base/text_front.hpp"
#include "host/files/output.hpp"
#include "host/files/png.hpp"

#include <algorithm>
#include <string_view>

namespace ksampler {
namespace {

constexpr std::uint32_t kHighEnough = 256;

std::vector<std::uint8_t> enlarged(const PreviewPicture& picture, std::uint32_t times) {
  std::vector<std::uint8_t> rgb;
  rgb.reserve(picture.rgb.size() * times * times);
  for (std::size_t row = 0; row < std::size_t{picture.height} * times; ++row) {
    const std::uint8_t* pixel = picture.rgb.data() + 3 * (row / times) * picture.width;
    for (std::uint32_t column = 0; column < picture.width; ++column, pixel += 3) {
      for (std::uint32_t i = 0; i < times; ++i) rgb.insert(rgb.end(), pixel, pixel + 3);
    }
  }
  return rgb;
}

}  // namespace

std::filesystem::path preview_file(const std::filesystem::path& out, const std::string& node) {
  std::string name = node;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '/' || (c >= 0 && c < ' '); }, '_');
  if (name.empty() || name.front() == '.') name.insert(0, 1, '_');
  constexpr std::string_view kSuffix = ".png";
  name = front_of(name, longest_name(out) - kSuffix.size());
  return out / "preview" / name.append(kSuffix);
}

void write_preview(const std::filesystem::path& file, const PreviewPicture& picture) {
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  if (error) {
    throw Error(Place{file.parent_path().string()}, "the folder cannot be made: " + error.message());
  }
  const std::uint32_t times =
      std::max(1U, (kHighEnough + picture.height - 1) / std::max(1U, picture.height));
  write_whole(file, png_bytes(picture.width * times, picture.height * times, enlarged(picture, times)));
}

}  // namespace ksampler
