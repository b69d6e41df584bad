#include "host/serve/http/served_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace ksampler {

// Not blocking, as a pipe of that name would wait for a writer.
ServedFile::ServedFile(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  struct stat found {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &found) != 0) {
    const int error = errno;
    if (descriptor_ >= 0) ::close(descriptor_);
    throw std::system_error(error, std::generic_category());
  }
  if (!S_ISREG(found.st_mode)) {
    ::close(descriptor_);
    throw std::system_error(std::make_error_code(std::errc::invalid_argument));
  }
  left_ = static_cast<std::uint64_t>(found.st_size);
}

ServedFile::ServedFile(ServedFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), left_(std::exchange(other.left_, 0)) {}

ServedFile& ServedFile::operator=(ServedFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(left_, other.left_);
  return *this;
}

ServedFile::~ServedFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

std::string ServedFile::read(std::size_t most) {
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(most, left_)), '\0');
  ssize_t got = -1;
  do {
    got = ::read(descriptor_, piece.data(), piece.size());
  } while (got < 0 && errno == EINTR);
  piece.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
  left_ -= piece.size();
  return piece;
}

}  // namespace ksampler
