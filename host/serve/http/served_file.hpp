// A file that is read piece by piece.
#ifndef KSAMPLER_SERVE_HTTP_SERVED_FILE_HPP
#define KSAMPLER_SERVE_HTTP_SERVED_FILE_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

namespace ksampler {

class ServedFile {
 public:
  ServedFile() = default;
  // Throws std::system_error where it is no file that can be read.
  explicit ServedFile(const std::filesystem::path& file);
  ServedFile(ServedFile&& other) noexcept;
  ServedFile& operator=(ServedFile&& other) noexcept;
  ~ServedFile();

  // What is left to read, of the size that it had when it was opened.
  std::uint64_t left() const { return left_; }
  // The next piece, of `most` bytes at most. Empty where there is no more, though there was more
  // before.
  std::string read(std::size_t most);

 private:
  int descriptor_ = -1;
  std::uint64_t left_ = 0;
};

}  // namespace ksampler

#endif
