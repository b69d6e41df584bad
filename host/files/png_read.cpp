#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"
#include "host/files/exif_orientation.hpp"
#include "host/files/input_file.hpp"
#include "host/files/png.hpp"

#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>
#include <new>
#include <optional>
#include <string_view>
#include <utility>

namespace ksampler {
namespace {

constexpr png_alloc_size_t kMostChunkBytes = std::size_t{32}
                                             << 20;  // a recorded pipeline has up to 16 MiB

// What libpng's callbacks share with the steps of reading. libpng leaves a failed read by longjmp: no
// step has anything with a destructor, and whatever allocates does so here, between the steps.
struct PngReading {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
  char failure[200] = "";
  std::jmp_buf back;
  png_structp png = nullptr;
  png_infop info = nullptr;
  png_bytepp rows = nullptr;

  explicit PngReading(std::span<const std::byte> data) : bytes(data) {}
  ~PngReading() { png_destroy_read_struct(&png, &info, nullptr); }
  PngReading(const PngReading&) = delete;
  PngReading& operator=(const PngReading&) = delete;
};

[[noreturn]] void on_read_error(png_structp png, png_const_charp message) {
  auto* job = static_cast<PngReading*>(png_get_error_ptr(png));
  std::strncpy(job->failure, message, sizeof job->failure - 1);
  std::longjmp(job->back, 1);
}

void on_read_warning(png_structp, png_const_charp) {}

void on_read(png_structp png, png_bytep data, std::size_t size) {
  auto* job = static_cast<PngReading*>(png_get_io_ptr(png));
  if (size > job->bytes.size() - job->at) png_error(png, "the file ends in the middle of the picture");
  std::memcpy(data, job->bytes.data() + job->at, size);
  job->at += size;
}

// False where libpng failed, as in the steps below.
bool read_header(PngReading* job) {
  if (setjmp(job->back) != 0) return false;
  png_set_read_fn(job->png, job, &on_read);
  png_set_user_limits(job->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);  // ours have better words
  png_set_chunk_malloc_max(job->png, kMostChunkBytes);
  png_read_info(job->png, job->info);
  return true;
}

// Any kind of picture as 16 bit RGBA in this machine's byte order.
bool widen(PngReading* job) {
  if (setjmp(job->back) != 0) return false;
  png_set_expand(job->png);  // palettes, less than 8 bits, transparent colours
  png_set_expand_16(job->png);
  png_set_gray_to_rgb(job->png);
  png_set_add_alpha(job->png, 0xFFFF, PNG_FILLER_AFTER);
  png_set_swap(job->png);
  png_set_interlace_handling(job->png);
  png_read_update_info(job->png, job->info);
  return true;
}

bool read_pixels(PngReading* job) {
  if (setjmp(job->back) != 0) return false;
  png_read_image(job->png, job->rows);
  png_read_end(job->png, job->info);  // texts may stand behind the pixels
  return true;
}

// What a file is that is no PNG, as its first bytes say.
std::string kind_of(std::span<const std::byte> bytes) {
  const std::string_view head = text_of(bytes.first(std::min<std::size_t>(bytes.size(), 12)));
  if (head.empty()) return "is empty";
  if (head.starts_with("\xFF\xD8\xFF")) return "is a JPEG";
  if (head.starts_with("GIF8")) return "is a GIF";
  if (head.starts_with("II*") || head.starts_with("MM")) return "is a TIFF";
  if (head.size() == 12 && head.substr(4).starts_with("ftypavif")) return "is an AVIF picture";
  if (head.size() == 12 && head.substr(4).starts_with("ftyphei")) return "is a HEIF picture";
  if (head.starts_with("BM")) return "is a BMP";
  if (head.size() == 12 && head.starts_with("RIFF") && head.ends_with("WEBP"))
    return "is a WebP picture";
  return "is no picture";
}

std::map<std::string, std::string> texts_of(const PngReading& job) {
  std::map<std::string, std::string> texts;
  png_textp chunks = nullptr;
  int count = 0;
  png_get_text(job.png, job.info, &chunks, &count);
  for (int i = 0; i < count; ++i) {
    const bool international = chunks[i].compression >= PNG_ITXT_COMPRESSION_NONE;
    const std::size_t size = international ? chunks[i].itxt_length : chunks[i].text_length;
    texts.emplace(chunks[i].key, chunks[i].text == nullptr ? "" : std::string(chunks[i].text, size));
  }
  return texts;
}

std::optional<int> orientation_of(const PngReading& job,
                                  const std::map<std::string, std::string>& texts) {
  const auto text = [&](const char* name) {
    const auto found = texts.find(name);
    return found == texts.end() ? std::string_view() : std::string_view(found->second);
  };
  png_uint_32 size = 0;
  png_bytep exif = nullptr;
  std::optional<int> orientation;
  if (png_get_eXIf_1(job.png, job.info, &size, &exif) != 0) {
    orientation = exif_orientation(std::as_bytes(std::span(exif, size)));
  } else {
    orientation = raw_profile_orientation(text("Raw profile type exif"));
  }
  return orientation ? orientation : xmp_orientation(text("XML:com.adobe.xmp"));
}

}  // namespace

bool is_png(std::span<const std::byte> bytes) {
  return bytes.size() >= 8 && png_sig_cmp(reinterpret_cast<png_const_bytep>(bytes.data()), 0, 8) == 0;
}

Picture decode_png(const std::string& file, std::span<const std::byte> bytes, const char* wanted) {
  PngPicture read = decode_png_as_it_lies(file, bytes, wanted);
  return upright(std::move(read.picture), read.orientation);
}

Picture read_png(const std::filesystem::path& file) {
  return decode_png(file.string(), InputFile(file).bytes());
}

PngPicture decode_png_as_it_lies(const std::string& name, std::span<const std::byte> bytes,
                                 const char* wanted) {
  if (!is_png(bytes)) throw Error({name}, sentence("{}; {}", kind_of(bytes), wanted));
  PngReading job(bytes);
  const auto must = [&](bool done) {
    if (!done) throw Error({name}, std::string("is no whole PNG: ") + job.failure);
  };
  job.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &job, &on_read_error, &on_read_warning);
  if (job.png != nullptr) job.info = png_create_info_struct(job.png);
  if (job.info == nullptr) throw std::bad_alloc();

  must(read_header(&job));
  Picture picture;
  picture.width = png_get_image_width(job.png, job.info);
  picture.height = png_get_image_height(job.png, job.info);
  check_picture_size(name, picture.width, picture.height);
  picture.has_alpha = (png_get_color_type(job.png, job.info) & PNG_COLOR_MASK_ALPHA) != 0 ||
                      png_get_valid(job.png, job.info, PNG_INFO_tRNS) != 0;

  must(widen(&job));
  const std::size_t row = std::size_t{4} * picture.width;
  if (png_get_rowbytes(job.png, job.info) != row * sizeof(std::uint16_t)) {
    throw Error({name}, "is of a kind that libpng does not widen to 16 bit RGBA");
  }
  picture.rgba.resize(row * picture.height);
  std::vector<png_bytep> rows(picture.height);
  for (std::size_t y = 0; y < rows.size(); ++y) {
    rows[y] = reinterpret_cast<png_bytep>(picture.rgba.data() + y * row);
  }
  job.rows = rows.data();
  must(read_pixels(&job));
  picture.text = texts_of(job);
  const std::optional<int> orientation = orientation_of(job, picture.text);
  return {std::move(picture), orientation};
}

}  // namespace ksampler
