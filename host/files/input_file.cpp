#include "host/files/input_file.hpp"

#include "host/base/error.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace ksampler {
namespace {

constexpr char kChanged[] =
    "was written to while it was being read; a program that saves to a new file and renames it does "
    "not "
    "disturb a run";

}  // namespace

InputFile::InputFile(std::filesystem::path file) : file_(std::move(file)) {
  const Place place{file_.string()};
  descriptor_ = ::open(file_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor_ < 0) {
    if (errno == ENOENT) throw Error(Diagnostic::Kind::no_file, place, "no such file");
    throw Error(Diagnostic::Kind::bad_file, place,
                std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct ::stat facts {};
  if (::fstat(descriptor_, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(descriptor_);
    throw Error(Diagnostic::Kind::bad_file, place,
                S_ISDIR(facts.st_mode) ? "is a folder; a file is wanted" : "is not a regular file");
  }
  stamp_ = stamp_of(facts);
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read(std::uint64_t begin, std::span<std::byte> to) const {
  const Place place{file_.string()};
  while (!to.empty()) {
    const ssize_t got = ::pread(descriptor_, to.data(), to.size(), static_cast<off_t>(begin));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      throw Error(Diagnostic::Kind::bad_file, place,
                  std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) throw Error(Diagnostic::Kind::bad_file, place, kChanged);
    to = to.subspan(static_cast<std::size_t>(got));
    begin += static_cast<std::uint64_t>(got);
  }
  check_unchanged();
}

void InputFile::check_unchanged() const {
  const Place place{file_.string()};
  struct ::stat facts {};
  if (::fstat(descriptor_, &facts) != 0) {
    throw Error(Diagnostic::Kind::bad_file, place,
                std::string("cannot be read: ") + std::strerror(errno));
  }
  // Not the time of change: it moves, too, when the file is renamed or another takes its name.
  const FileStamp now = stamp_of(facts);
  if (now.size != stamp_.size || now.written != stamp_.written)
    throw Error(Diagnostic::Kind::bad_file, place, kChanged);
}

std::vector<std::byte> InputFile::bytes() const {
  std::vector<std::byte> bytes(size());
  read(0, bytes);
  return bytes;
}

}  // namespace ksampler
