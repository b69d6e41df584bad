#include "host/files/mapped_file.hpp"

#include "host/base/error.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ksampler {

MappedFile::MappedFile(const std::filesystem::path& file) {
  const auto fail = [&file](const std::string& message) { throw Error(Place{file.string()}, message); };
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) {
    fail(errno == ENOENT ? "no such file" : std::string("cannot be opened: ") + std::strerror(errno));
  }
  struct ::stat facts {};
  if (::fstat(descriptor, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    ::close(descriptor);
    fail(S_ISDIR(facts.st_mode) ? "is a folder; a file is wanted" : "is not a regular file");
  }
  const auto size = static_cast<std::size_t>(facts.st_size);
  void* address = nullptr;
  if (size > 0) address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  const int reason = errno;
  ::close(descriptor);
  if (address == MAP_FAILED) fail(std::string("cannot be mapped: ") + std::strerror(reason));
  bytes_ = {static_cast<const std::byte*>(address), size};
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

void MappedFile::forget(std::span<const std::byte> bytes) const {
  if (bytes.data() < bytes_.data() || bytes.data() + bytes.size() > bytes_.data() + bytes_.size())
    return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  // The map begins at a page.
  const auto begin = static_cast<std::size_t>(bytes.data() - bytes_.data());
  const std::size_t first = (begin + page - 1) / page * page;
  const std::size_t last = (begin + bytes.size()) / page * page;
  if (first >= last) return;
  ::madvise(const_cast<std::byte*>(bytes_.data()) + first, last - first, MADV_DONTNEED);
}

}  // namespace ksampler
