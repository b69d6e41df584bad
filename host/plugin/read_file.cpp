#include "host/plugin/read_file.hpp"

#include "host/base/error.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace ksampler {

std::vector<std::byte> read_file(const std::filesystem::path& file) {
  const Place place{file.string()};
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    throw Error(place, errno == ENOENT ? "no such file"
                                       : std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct ::stat facts {};
  std::vector<std::byte> bytes;
  std::string problem;
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    problem = S_ISDIR(facts.st_mode) ? "is a folder; a file is wanted" : "is not a regular file";
  } else {
    bytes.resize(static_cast<std::size_t>(facts.st_size));
  }
  std::size_t reached = 0;
  while (problem.empty() && reached < bytes.size()) {
    const ssize_t got = ::read(descriptor, bytes.data() + reached, bytes.size() - reached);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) problem = std::string("cannot be read: ") + std::strerror(errno);
    if (got <= 0) break;
    reached += static_cast<std::size_t>(got);
  }
  ::close(descriptor);
  if (!problem.empty()) throw Error(place, problem);
  bytes.resize(reached);
  return bytes;
}

}  // namespace ksampler
