#include "host/conformance/private_copy.hpp"

#include "host/base/error.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

namespace ksampler::conformance {

namespace fs = std::filesystem;

PrivateCopy::PrivateCopy(const fs::path& file, const fs::path& within) {
  if (!fs::exists(file)) throw Error(Place{file.string()}, "no such file");
  if (!fs::is_regular_file(file))
    throw Error(Place{file.string()}, "is not a file; a plugin's library is wanted");
  std::string pattern = ((within.empty() ? fs::temp_directory_path() : within) /
                         ("ksampler-validate-" + std::to_string(::getpid()) + "-XXXXXX"))
                            .string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    throw Error(Place{file.string()},
                std::string("no folder for a copy of it: ") + std::strerror(errno));
  }
  folder_ = pattern;
  path_ = folder_ / file.filename();
  std::error_code error;
  fs::copy_file(file, path_, error);
  if (!error) return;
  fs::remove_all(folder_);
  throw Error(Place{file.string()}, "cannot be copied: " + error.message());
}

PrivateCopy::~PrivateCopy() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

}  // namespace ksampler::conformance
