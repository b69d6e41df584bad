#include "host/files/apng.hpp"

#include "host/base/error.hpp"
#include "host/base/text.hpp"
#include "host/files/exif_orientation.hpp"
#include "host/files/png.hpp"

#include <zlib.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kSignature = 8;    // bytes
constexpr std::size_t kAroundData = 12;  // a chunk's length, name and check, in bytes

struct Chunk {
  std::string_view name;
  std::string_view data;
  std::string_view whole;
};

enum class Dispose { none, background, previous };

struct Frame {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::uint32_t x = 0;
  std::uint32_t y = 0;
  Dispose dispose = Dispose::none;
  bool over = false;  // blended by its alpha, where it else replaces
  std::string data;   // of the picture
};

std::uint32_t number_at(std::string_view data, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(data[at + i]);
  return value;
}

std::string bytes_of(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift & 0xFF);
  return bytes;
}

std::string chunk(std::string_view name, std::string_view data) {
  const std::string checked = std::string(name) + std::string(data);
  const auto check = ::crc32_z(0, reinterpret_cast<const Bytef*>(checked.data()), checked.size());
  return bytes_of(static_cast<std::uint32_t>(data.size())) + checked +
         bytes_of(static_cast<std::uint32_t>(check));
}

// Up to the first that is not whole.
std::vector<Chunk> chunks_of(std::string_view file) {
  std::vector<Chunk> chunks;
  for (std::size_t at = kSignature; file.size() - at >= kAroundData;) {
    const std::size_t size = number_at(file, at);
    if (size > file.size() - at - kAroundData) break;
    chunks.push_back(
        {file.substr(at + 4, 4), file.substr(at + 8, size), file.substr(at, size + kAroundData)});
    at += size + kAroundData;
  }
  return chunks;
}

// An animation taken apart.
class Animation {
 public:
  Animation(const std::string& file, std::span<const std::byte> bytes) : file_(file) {
    for (const Chunk& each : chunks_of(text_of(bytes))) add(each);
  }

  // Those that the file promises, besides the picture that stands for it.
  std::uint32_t promised() const { return promised_; }
  bool begins_with_picture() const { return first_is_picture_; }
  const std::vector<Frame>& frames() const { return frames_; }

  // The frame as a PNG of its own.
  std::string as_png(const Frame& frame) const {
    std::string png("\x89PNG\r\n\x1A\n", kSignature);
    png += chunk("IHDR", bytes_of(frame.width) + bytes_of(frame.height) + header_.substr(8));
    png += shared_;
    return png + chunk("IDAT", frame.data) + chunk("IEND", "");
  }

 private:
  void add(const Chunk& each) {
    if (each.name == "IHDR" && each.data.size() == 13) header_ = each.data;
    // What libpng needs to read the pixels of any frame.
    if ((each.name == "PLTE" || each.name == "tRNS") && !seen_picture_) shared_ += each.whole;
    if (each.name == "acTL" && each.data.size() == 8 && !seen_picture_)
      promised_ = number_at(each.data, 0);
    if (each.name == "fcTL") add_frame(each.data);
    if (each.name == "IDAT" && !std::exchange(seen_picture_, true)) first_is_picture_ = frames_.empty();
    if (each.name == "IDAT" && !frames_.empty()) frames_.back().data += each.data;
    if (each.name == "fdAT" && !frames_.empty() && each.data.size() >= 4) {
      check_order(each.data);
      frames_.back().data += each.data.substr(4);
    }
  }

  void add_frame(std::string_view data) {
    if (data.size() != 26 || header_.empty()) refuse("it has a damaged frame");
    check_order(data);
    Frame frame;
    frame.width = number_at(data, 4);
    frame.height = number_at(data, 8);
    frame.x = number_at(data, 12);
    frame.y = number_at(data, 16);
    const auto within = [&](std::uint32_t at, std::uint32_t size, std::size_t place) {
      return size > 0 && std::uint64_t{at} + size <= number_at(header_, place);
    };
    if (!within(frame.x, frame.width, 0) || !within(frame.y, frame.height, 4)) {
      refuse("it has a frame that lies outside of the picture");
    }
    if (data[24] == 1) frame.dispose = Dispose::background;
    if (data[24] == 2) frame.dispose = Dispose::previous;
    frame.over = data[25] == 1;
    frames_.push_back(std::move(frame));
  }

  void check_order(std::string_view data) {
    if (number_at(data, 0) != next_++) refuse("its frames are not in order");
  }

  [[noreturn]] void refuse(const char* why) const {
    throw Error({file_}, std::string("is no whole animated PNG: ") + why);
  }

  const std::string& file_;
  std::string header_;  // of IHDR
  std::string shared_;  // chunks
  std::uint32_t promised_ = 0;
  std::uint32_t next_ = 0;  // number of a chunk
  bool seen_picture_ = false;
  bool first_is_picture_ = false;  // which is not of the animation
  std::vector<Frame> frames_;
};

// What 8 bits make of a blend, as it is usually done: by the new one's alpha, alpha itself too.
std::uint16_t blended(std::uint16_t below, std::uint16_t above, std::uint16_t alpha) {
  const unsigned mask = alpha / 257U;
  const unsigned sum = below / 257U * (255U - mask) + above / 257U * mask + 128U;
  return static_cast<std::uint16_t>(257U * ((sum + (sum >> 8)) >> 8));
}

// Calls `change` with the place of each pixel of the frame in the canvas and in the frame.
template <typename Change>
void for_each_pixel(const Picture& canvas, const Frame& frame, Change change) {
  for (std::size_t y = 0; y < frame.height; ++y) {
    for (std::size_t x = 0; x < frame.width; ++x) {
      change(4 * ((frame.y + y) * canvas.width + frame.x + x), 4 * (y * frame.width + x));
    }
  }
}

void draw(Picture& canvas, const Frame& frame, const Picture& pixels) {
  for_each_pixel(canvas, frame, [&](std::size_t to, std::size_t from) {
    for (std::size_t c = 0; c < 4; ++c) {
      const std::uint16_t above = pixels.rgba[from + c];
      canvas.rgba[to + c] =
          frame.over ? blended(canvas.rgba[to + c], above, pixels.rgba[from + 3]) : above;
    }
  });
}

// What the frame covered, as its successor finds it. `before`: the canvas below it.
void dispose(Picture& canvas, const Frame& frame, bool is_first, const Picture& before) {
  if (frame.dispose == Dispose::none) return;
  const bool restored = frame.dispose == Dispose::previous && !is_first;
  for_each_pixel(canvas, frame, [&](std::size_t to, std::size_t) {
    for (std::size_t c = 0; c < 4; ++c) {
      const std::uint16_t empty = c == 3 && !canvas.has_alpha ? 65535 : 0;
      canvas.rgba[to + c] = restored ? before.rgba[to + c] : empty;
    }
  });
}

}  // namespace

std::vector<Picture> decode_animated_png(const std::string& file, std::span<const std::byte> bytes) {
  if (!is_png(bytes)) return {};
  const Animation animation(file, bytes);
  const std::vector<Frame>& frames = animation.frames();
  const std::size_t last = std::min<std::size_t>(animation.promised(), frames.size());
  if (last == 0) return {};
  PngPicture first = decode_png_as_it_lies(file, bytes);
  check_picture_size(file, first.picture.width, first.picture.height,
                     last + animation.begins_with_picture());
  Picture canvas = std::move(first.picture);
  std::vector<Picture> seen = {canvas};
  Picture before = canvas;
  for (std::size_t i = animation.begins_with_picture() ? 0 : 1; i < last; ++i) {
    if (i > 0) dispose(canvas, frames[i - 1], i == 1 && !animation.begins_with_picture(), before);
    before = canvas;
    const std::string png = animation.as_png(frames[i]);
    draw(canvas, frames[i], decode_png_as_it_lies(file, std::as_bytes(std::span(png))).picture);
    seen.push_back(canvas);
  }
  for (Picture& picture : seen) picture = upright(std::move(picture), first.orientation);
  return seen;
}

}  // namespace ksampler
