#include "host/files/png.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <new>

namespace ksampler {
namespace {

constexpr std::size_t kMaxKeyword = 79;  // of the format

// What libpng's callbacks share with encode(). libpng leaves a failed write by longjmp: nothing with a
// destructor may live between them, so everything lives here, in the caller.
struct PngWriting {
  std::uint32_t width;
  std::uint32_t height;
  std::size_t channels;    // 3, or 4 with alpha
  std::size_t bytes_each;  // of a channel: 1 or 2
  std::span<const std::uint8_t> pixels;
  std::vector<png_text> text;
  std::vector<std::byte> bytes;
  std::string failure;
  std::jmp_buf back;
};

[[noreturn]] void on_write_error(png_structp png, png_const_charp message) {
  auto* job = static_cast<PngWriting*>(png_get_error_ptr(png));
  try {
    job->failure = message;
  } catch (const std::bad_alloc&) {
    job->failure.clear();  // encode() reports failure by its result
  }
  std::longjmp(job->back, 1);
}

void on_write_warning(png_structp, png_const_charp) {}

void on_write(png_structp png, png_bytep data, std::size_t size) {
  auto* job = static_cast<PngWriting*>(png_get_io_ptr(png));
  try {
    const auto* bytes = reinterpret_cast<const std::byte*>(data);
    job->bytes.insert(job->bytes.end(), bytes, bytes + size);
    return;
  } catch (const std::bad_alloc&) {
  }
  png_error(png, "out of memory");
}

void on_flush(png_structp) {}

// False where libpng failed.
bool encode(PngWriting* job, png_structp png, png_infop info) {
  if (setjmp(job->back) != 0) return false;
  png_set_write_fn(png, job, &on_write, &on_flush);
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  const int colours = job->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB;
  png_set_IHDR(png, info, job->width, job->height, static_cast<int>(8 * job->bytes_each), colours,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_set_sRGB(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (!job->text.empty()) {
    png_set_text(png, info, job->text.data(), static_cast<int>(job->text.size()));
  }
  png_write_info(png, info);
  // Rows of 16 bits are big-endian in the file.
  if (job->bytes_each == 2 && std::endian::native == std::endian::little) png_set_swap(png);
  for (std::size_t y = 0; y < job->height; ++y) {
    png_write_row(png, job->pixels.data() + y * job->channels * job->bytes_each * job->width);
  }
  png_write_end(png, info);
  return true;
}

void check_keyword(const std::string& keyword) {
  const bool printable =
      std::all_of(keyword.begin(), keyword.end(), [](char c) { return c >= ' ' && c <= '~'; });
  const bool spaced = keyword.empty() || keyword.front() == ' ' || keyword.back() == ' ' ||
                      keyword.find("  ") != std::string::npos;
  if (printable && !spaced && keyword.size() <= kMaxKeyword) return;
  throw Error(
      sentence("a PNG cannot hold a text named {}; accepted are 1 to 79 printable ASCII characters, "
               "with single spaces inside",
               quote(keyword)));
}

// ASCII as tEXt, which every reader knows; other UTF-8 as iTXt.
png_text text_chunk(const std::string& keyword, const std::string& text) {
  check_keyword(keyword);
  if (!is_utf8(text) || text.find('\0') != std::string::npos) {
    throw Error(sentence("the PNG text {} must be UTF-8 without zero bytes", quote(keyword)));
  }
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  png_text chunk{};
  chunk.compression = ascii ? PNG_TEXT_COMPRESSION_NONE : PNG_ITXT_COMPRESSION_NONE;
  chunk.key = const_cast<char*>(keyword.c_str());  // libpng only reads it
  chunk.text = const_cast<char*>(text.c_str());
  if (!ascii) chunk.itxt_length = text.size();
  if (ascii) chunk.text_length = text.size();
  return chunk;
}

std::vector<std::byte> written(std::uint32_t width, std::uint32_t height, std::size_t channels,
                               std::size_t bytes_each, std::span<const std::uint8_t> pixels,
                               const std::map<std::string, std::string>& text) {
  const std::string size = sentence("{} x {}", width, height);
  if (width == 0 || height == 0 || width > PNG_UINT_31_MAX || height > PNG_UINT_31_MAX) {
    throw Error(sentence("a PNG cannot be {}; each side is 1 to 2147483647", size));
  }
  const std::size_t pixel = channels * bytes_each;
  if (pixels.size() % pixel != 0 || pixels.size() / pixel != std::uint64_t{width} * height) {
    throw Error(sentence("a picture of {} {} pixels needs {} bytes for each, and {} bytes are given",
                         size, channels == 4 ? "RGBA" : "RGB", pixel, pixels.size()));
  }
  PngWriting job{.width = width,
                 .height = height,
                 .channels = channels,
                 .bytes_each = bytes_each,
                 .pixels = pixels,
                 .text = {},
                 .bytes = {},
                 .failure = {},
                 .back = {}};
  for (const auto& [keyword, value] : text) job.text.push_back(text_chunk(keyword, value));

  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, &on_write_error, &on_write_warning);
  png_infop info = png == nullptr ? nullptr : png_create_info_struct(png);
  const bool done = info != nullptr && encode(&job, png, info);
  png_destroy_write_struct(&png, &info);
  if (!done) throw Error("libpng failed: " + (job.failure.empty() ? "out of memory" : job.failure));
  return std::move(job.bytes);
}

}  // namespace

std::vector<std::byte> png_bytes(std::uint32_t width, std::uint32_t height,
                                 std::span<const std::uint8_t> pixels,
                                 const std::map<std::string, std::string>& text) {
  return written(width, height, 3, 1, pixels, text);
}

std::vector<std::byte> png_bytes_with_alpha(std::uint32_t width, std::uint32_t height,
                                            std::span<const std::uint8_t> pixels,
                                            const std::map<std::string, std::string>& text) {
  return written(width, height, 4, 1, pixels, text);
}

std::vector<std::byte> png_bytes_of_16_bits(std::uint32_t width, std::uint32_t height, bool has_alpha,
                                            std::span<const std::uint16_t> pixels,
                                            const std::map<std::string, std::string>& text) {
  const std::span bytes{reinterpret_cast<const std::uint8_t*>(pixels.data()), pixels.size_bytes()};
  return written(width, height, has_alpha ? 4 : 3, 2, bytes, text);
}

}  // namespace ksampler
