// Which bytes a file holds, in 64 characters. Those of large files are remembered between runs.
#ifndef KSAMPLER_FILES_SHA256_HPP
#define KSAMPLER_FILES_SHA256_HPP

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace ksampler {

// SHA-256 of a file, in hexadecimal. Throws Error where it cannot be read.
std::string sha256_of(const std::filesystem::path& file);

// Hashes by path, size and time of change: a file that is as it was is not read again. They are kept
// in a text file, one a line, which may be deleted at any time. Thread rule: one thread; several
// processes may share the text file, and the last to write it wins.
class KnownHashes {
 public:
  // Empty where `book` cannot be read.
  explicit KnownHashes(std::filesystem::path book);

  // As sha256_of. What is new is written to the book, unless that fails.
  std::string of(const std::filesystem::path& file);

  // $XDG_CACHE_HOME/ksampler/sha256.txt, or that below ~/.cache; empty, and so no book, without either.
  static std::filesystem::path usual_book();

 private:
  struct Known {
    std::string hash;
    std::uintmax_t size = 0;
    std::int64_t changed = 0;
  };

  void write() const;

  std::filesystem::path book_;
  std::map<std::string, Known> known_;  // by absolute path
};

}  // namespace ksampler

#endif
