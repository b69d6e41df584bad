#include "host/plugin/private_library.hpp"

#include "host/base/error.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

namespace ksampler {
namespace {

namespace fs = std::filesystem;

// Local, so that plugins never see each other's symbols.
boost::dll::load_mode::type mode_of(Mapping mapping) {
  return static_cast<boost::dll::load_mode::type>(RTLD_NOW | RTLD_LOCAL |
                                                  (mapping == Mapping::stays ? RTLD_NODELETE : 0));
}

// A file for as long as the object lives.
class Copy {
 public:
  // Throws Error with a sentence about the folder.
  Copy(const fs::path& folder, std::span<const std::byte> bytes) {
    std::string pattern = (folder / ".ksampler-plugin-XXXXXX").string();
    const int descriptor = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (descriptor < 0) fail(folder, errno);
    path_ = pattern;
    const int reason = write(descriptor, bytes);
    ::close(descriptor);
    if (reason != 0) {
      ::unlink(path_.c_str());
      fail(folder, reason);
    }
  }
  ~Copy() {
    if (!path_.empty()) ::unlink(path_.c_str());
  }
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  const fs::path& path() const { return path_; }
  fs::path release() { return std::exchange(path_, {}); }  // the caller removes it

 private:
  [[noreturn]] static void fail(const fs::path& folder, int reason) {
    throw Error("no private copy of it can be written to " + folder.string() + ": " +
                std::strerror(reason));
  }
  static int write(int descriptor, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return errno;
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
  }

  fs::path path_;
};

// The loader's reason, speaking of the author's file instead of the copy.
std::string loader_message(const fs::path& copy) {
  const char* reason = ::dlerror();
  std::string message = reason == nullptr ? "no reason given" : reason;
  const std::string prefix = copy.string() + ": ";
  for (auto at = message.find(prefix); at != std::string::npos; at = message.find(prefix)) {
    message.erase(at, prefix.size());
  }
  return message;
}

// The temporary folder first; the library's own where that one is full, or mounted noexec.
std::vector<fs::path> folders_for_copies(const fs::path& file) {
  std::error_code error;
  std::vector<fs::path> folders;
  if (fs::path temporary = fs::temp_directory_path(error); !error) folders.push_back(temporary);
  folders.push_back(file.has_parent_path() ? file.parent_path() : fs::path("."));
  return folders;
}

}  // namespace

std::vector<std::byte> read_file(const fs::path& file) {
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

PrivateCopy::PrivateCopy(const fs::path& file, std::span<const std::byte> bytes) {
  std::string first_problem;
  for (const fs::path& folder : folders_for_copies(file)) {
    try {
      path_ = Copy(folder, bytes).release();
      return;
    } catch (const Error& error) {
      if (first_problem.empty()) first_problem = error.what();
    }
  }
  throw Error(Place{file.string()}, "cannot be loaded: " + first_problem);
}

PrivateCopy::~PrivateCopy() { ::unlink(path_.c_str()); }

boost::dll::shared_library load_in_place(const fs::path& path, const fs::path& file, Mapping mapping) {
  boost::dll::fs::error_code error;
  boost::dll::shared_library library;
  library.load(path, mode_of(mapping), error);
  if (!library.is_loaded())
    throw Error(Place{file.string()}, "cannot be loaded: " + loader_message(path));
  return library;
}

boost::dll::shared_library load_private(const fs::path& file, std::span<const std::byte> bytes,
                                        Mapping mapping) {
  std::string first_problem;
  for (const fs::path& folder : folders_for_copies(file)) {
    std::string problem;
    try {
      const Copy copy(folder, bytes);
      boost::dll::fs::error_code error;
      boost::dll::shared_library library;
      library.load(copy.path(), mode_of(mapping), error);
      if (library.is_loaded()) return library;
      problem = loader_message(copy.path());
    } catch (const Error& error) {
      problem = error.what();
    }
    if (first_problem.empty()) first_problem = problem;
  }
  throw Error(Place{file.string()}, "cannot be loaded: " + first_problem);
}

}  // namespace ksampler
