#include "host/base/error.hpp"
#include "host/files/exif_orientation.hpp"
#include "host/files/jpeg.hpp"
#include "host/files/input_file.hpp"

#include <csetjmp>
#include <cstdio>  // jpeglib.h needs it
#include <string>

#include <jpeglib.h>

namespace ksampler {
namespace {

constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr unsigned kLongestMarker = 0xFFFF;

// As for libpng (png_read.cpp): libjpeg leaves a failed read by longjmp, so that no step has anything
// with a destructor.
struct Job {
  jpeg_error_mgr errors{};  // first: libjpeg's pointer to it is a pointer to the job
  jpeg_decompress_struct jpeg{};
  std::jmp_buf back;
  char failure[JMSG_LENGTH_MAX] = "";
  std::uint8_t* row = nullptr;

  Job() = default;
  ~Job() { jpeg_destroy_decompress(&jpeg); }
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
};

[[noreturn]] void on_error(j_common_ptr common) {
  auto* job = reinterpret_cast<Job*>(common->err);
  common->err->format_message(common, job->failure);
  std::longjmp(job->back, 1);
}

// What libjpeg would mend with grey, such as a file that is cut short, is an error here.
void on_message(j_common_ptr common, int level) {
  if (level < 0) on_error(common);
}

bool read_header(Job* job, const std::byte* bytes, std::size_t size) {
  if (setjmp(job->back) != 0) return false;
  job->jpeg.err = jpeg_std_error(&job->errors);
  job->errors.error_exit = &on_error;
  job->errors.emit_message = &on_message;
  jpeg_create_decompress(&job->jpeg);
  jpeg_mem_src(&job->jpeg, reinterpret_cast<const unsigned char*>(bytes), size);
  jpeg_save_markers(&job->jpeg, kExifMarker, kLongestMarker);
  jpeg_read_header(&job->jpeg, TRUE);
  return true;
}

bool start(Job* job) {
  if (setjmp(job->back) != 0) return false;
  job->jpeg.out_color_space = JCS_RGB;
  jpeg_start_decompress(&job->jpeg);
  return true;
}

bool read_row(Job* job) {
  if (setjmp(job->back) != 0) return false;
  jpeg_read_scanlines(&job->jpeg, &job->row, 1);
  return true;
}

bool finish(Job* job) {
  if (setjmp(job->back) != 0) return false;
  jpeg_finish_decompress(&job->jpeg);
  return true;
}

int orientation_of(const Job& job) {
  for (auto* marker = job.jpeg.marker_list; marker != nullptr; marker = marker->next) {
    if (marker->marker != kExifMarker) continue;
    return exif_orientation(std::as_bytes(std::span(marker->data, marker->data_length)));
  }
  return 1;
}

}  // namespace

bool is_jpeg(std::span<const std::byte> bytes) {
  return bytes.size() > 2 && bytes[0] == std::byte{0xFF} && bytes[1] == std::byte{0xD8} &&
         bytes[2] == std::byte{0xFF};
}

Picture read_jpeg(const std::filesystem::path& file) {
  const std::string name = file.string();
  const std::vector<std::byte> bytes = InputFile(file).bytes();
  if (!is_jpeg(bytes)) throw Error({name}, "is no JPEG");
  Job job;
  const auto must = [&](bool done) {
    if (!done) throw Error({name}, std::string("is no whole JPEG: ") + job.failure);
  };
  must(read_header(&job, bytes.data(), bytes.size()));
  Picture picture;
  picture.width = job.jpeg.image_width;
  picture.height = job.jpeg.image_height;
  check_picture_size(name, picture.width, picture.height);
  if (job.jpeg.num_components > 3) {
    throw Error({name}, "is a JPEG of printing colours (CMYK); expected one of RGB or grey");
  }
  const int orientation = orientation_of(job);
  must(start(&job));
  std::vector<std::uint8_t> row(std::size_t{3} * picture.width);
  job.row = row.data();
  picture.rgba.reserve(std::size_t{4} * picture.width * picture.height);
  while (job.jpeg.output_scanline < job.jpeg.output_height) {
    must(read_row(&job));
    for (std::size_t i = 0; i < row.size(); i += 3) {
      for (std::size_t c = 0; c < 3; ++c) {
        picture.rgba.push_back(static_cast<std::uint16_t>(257 * row[i + c]));
      }
      picture.rgba.push_back(65535);
    }
  }
  must(finish(&job));
  return upright(std::move(picture), orientation);
}

Picture read_picture(const std::filesystem::path& file) {
  const bool jpeg = is_jpeg(InputFile(file).bytes());
  return jpeg ? read_jpeg(file) : read_png(file, "a PNG or a JPEG is wanted");
}

}  // namespace ksampler
