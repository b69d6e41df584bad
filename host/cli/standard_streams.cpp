#include "host/cli/standard_streams.hpp"

#include "host/base/sentence.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

namespace ksampler {

void hold_closed_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
    // Takes the lowest number, which is this one. The other way round, so that its use fails.
    static_cast<void>(::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY));
  }
}

std::string unwritten_output() {
  errno = 0;
  std::cout.flush();
  if (std::cout.good()) return {};
  // What failed was an earlier part: the reason is that of the next.
  if (errno == 0) static_cast<void>(!::write(STDOUT_FILENO, "\n", 1));
  const std::string reason = errno == 0 ? std::string() : std::string(": ") + std::strerror(errno);
  return sentence("standard output cannot be written{}; what was printed is not all there", reason);
}

}  // namespace ksampler
