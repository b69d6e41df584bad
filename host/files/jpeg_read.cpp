#include "host/base/error.hpp"
#include "host/files/exif_orientation.hpp"
#include "host/files/exif_texts.hpp"
#include "host/files/jpeg.hpp"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <jpeglib.h>
// After it.
#include <jerror.h>

namespace ksampler {
namespace {

constexpr int kApp1 = JPEG_APP0 + 1;  // of Exif, and of XMP
constexpr unsigned kLongestMarker = 0xFFFF;

constexpr char kEnds[] = "the file ends in the middle of the picture";

// As for libpng (png_read.cpp): libjpeg leaves a failed read by longjmp, so that no step has anything
// with a destructor.
struct JpegReading {
  jpeg_error_mgr errors{};  // first: libjpeg's pointer to it is a pointer to the job
  jpeg_decompress_struct jpeg{};
  std::jmp_buf back;
  char failure[JMSG_LENGTH_MAX] = "";
  char warning[JMSG_LENGTH_MAX] = "";  // the first
  bool ended = false;                  // the file ended before the picture did
  bool several_passes = false;
  std::uint8_t* row = nullptr;

  JpegReading() = default;
  ~JpegReading() { jpeg_destroy_decompress(&jpeg); }
  JpegReading(const JpegReading&) = delete;
  JpegReading& operator=(const JpegReading&) = delete;
};

[[noreturn]] void on_error(j_common_ptr common) {
  auto* job = reinterpret_cast<JpegReading*>(common->err);
  common->err->format_message(common, job->failure);
  std::longjmp(job->back, 1);
}

// What libjpeg mends, as every viewer shows it.
void on_message(j_common_ptr common, int level) {
  if (level >= 0) return;
  auto* job = reinterpret_cast<JpegReading*>(common->err);
  if (common->err->msg_code == JWRN_JPEG_EOF) {
    job->ended = true;
  } else if (job->warning[0] == '\0') {
    common->err->format_message(common, job->warning);
  }
}

bool read_header(JpegReading* job, const std::byte* bytes, std::size_t size) {
  if (setjmp(job->back) != 0) return false;
  job->jpeg.err = jpeg_std_error(&job->errors);
  job->errors.error_exit = &on_error;
  job->errors.emit_message = &on_message;
  jpeg_create_decompress(&job->jpeg);
  jpeg_mem_src(&job->jpeg, reinterpret_cast<const unsigned char*>(bytes), size);
  jpeg_save_markers(&job->jpeg, kApp1, kLongestMarker);
  jpeg_read_header(&job->jpeg, TRUE);
  return true;
}

bool start(JpegReading* job, J_COLOR_SPACE colours) {
  if (setjmp(job->back) != 0) return false;
  job->jpeg.out_color_space = colours;
  jpeg_start_decompress(&job->jpeg);
  return true;
}

bool read_row(JpegReading* job) {
  if (setjmp(job->back) != 0) return false;
  jpeg_read_scanlines(&job->jpeg, &job->row, 1);
  return true;
}

bool finish(JpegReading* job) {
  if (setjmp(job->back) != 0) return false;
  job->several_passes = jpeg_has_multiple_scans(&job->jpeg) != 0;
  jpeg_finish_decompress(&job->jpeg);
  return true;
}

// Exif that is longer than a marker goes on in the next.
std::optional<int> orientation_of(const JpegReading& job) {
  constexpr std::string_view kXmpMark{"http://ns.adobe.com/xap/1.0/\0", 29};
  std::string exif;
  std::string_view xmp;
  for (auto* marker = job.jpeg.marker_list; marker != nullptr; marker = marker->next) {
    const std::string_view data(reinterpret_cast<const char*>(marker->data), marker->data_length);
    if (data.starts_with(kExifMark)) exif += data.substr(kExifMark.size());
    if (data.starts_with(kXmpMark)) xmp = data.substr(kXmpMark.size());
  }
  const auto orientation = exif_orientation(std::as_bytes(std::span(exif)));
  return orientation ? orientation : xmp_orientation(xmp);
}

// Whether pixels are missing where the file ended early. A picture of one pass of which nothing but the
// mark of its end is missing is whole: every code of it was read, or libjpeg had warned.
bool is_cut_short(const JpegReading& job) {
  return job.ended && (job.warning[0] != '\0' || job.jpeg.arith_code != 0 || job.several_passes);
}

// Printing colours, inverted, as a screen shows them.
void append_cmyk(Picture& picture, std::span<const std::uint8_t> row) {
  for (std::size_t i = 0; i + 4 <= row.size(); i += 4) {
    const int light = row[i + 3];
    for (std::size_t c = 0; c < 3; ++c) {
      const int ink = (255 - row[i + c]) * light + 128;
      picture.rgba.push_back(static_cast<std::uint16_t>(257 * (light - (((ink >> 8) + ink) >> 8))));
    }
    picture.rgba.push_back(65535);
  }
}

}  // namespace

bool is_jpeg(std::span<const std::byte> bytes) {
  return bytes.size() > 2 && bytes[0] == std::byte{0xFF} && bytes[1] == std::byte{0xD8} &&
         bytes[2] == std::byte{0xFF};
}

Picture decode_jpeg(const std::string& name, std::span<const std::byte> bytes) {
  if (!is_jpeg(bytes)) throw Error({name}, "is no JPEG");
  JpegReading job;
  const auto must = [&](bool done) {
    if (done) return;
    throw Error({name}, std::string("is no whole JPEG: ") + (job.ended ? kEnds : job.failure));
  };
  must(read_header(&job, bytes.data(), bytes.size()));
  Picture picture;
  picture.width = job.jpeg.image_width;
  picture.height = job.jpeg.image_height;
  check_picture_size(name, picture.width, picture.height);
  const bool is_cmyk = job.jpeg.num_components == 4;
  const std::optional<int> orientation = orientation_of(job);
  must(start(&job, is_cmyk ? JCS_CMYK : JCS_RGB));
  std::vector<std::uint8_t> row(std::size_t{is_cmyk ? 4U : 3U} * picture.width);
  job.row = row.data();
  picture.rgba.reserve(std::size_t{4} * picture.width * picture.height);
  while (job.jpeg.output_scanline < job.jpeg.output_height) {
    must(read_row(&job));
    if (is_cmyk) {
      append_cmyk(picture, row);
    } else {
      append_8_bit(picture, row, /*has_alpha=*/false);
    }
  }
  must(finish(&job));
  if (is_cut_short(job)) throw Error({name}, std::string("is no whole JPEG: ") + kEnds);
  if (job.warning[0] != '\0') picture.warning = std::string("libjpeg says: ") + job.warning;
  if (job.ended) picture.warning = "the mark of its end is missing";
  return upright(std::move(picture), orientation);
}

}  // namespace ksampler
