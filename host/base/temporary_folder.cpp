#include "host/base/temporary_folder.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/base/text.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ksampler {

namespace fs = std::filesystem;

fs::path temporary_folder(const char* what) {
  const char* named = std::getenv("TMPDIR");
  const bool is_set = named != nullptr && *named != '\0';
  const fs::path folder = is_set ? named : "/tmp";
  std::error_code error;
  std::string why;
  if (!fs::is_directory(folder, error)) {
    why = fs::exists(folder, error) ? "that is no folder" : "there is no such folder";
  } else if (::access(folder.c_str(), W_OK | X_OK) != 0) {
    why = std::string("nothing can be written there: ") + std::strerror(errno);
  }
  if (why.empty()) return folder;
  throw Error(sentence("{}{}, and {}; {} need a folder: set TMPDIR to one",
                       is_set ? "TMPDIR is " : "TMPDIR is not set, and stands for ",
                       quote(folder.string()), why, what));
}

}  // namespace ksampler
