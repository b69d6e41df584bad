// A file opened for reading, whose bytes are copied into memory: a read says what happened where
// somebody cut it short, or its disk failed. Large files may be mapped (mapped_file.hpp). Thread rule:
// any thread.
#ifndef KSAMPLER_FILES_INPUT_FILE_HPP
#define KSAMPLER_FILES_INPUT_FILE_HPP

#include "host/base/file_stamp.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

namespace ksampler {

class InputFile {
 public:
  // Throws Error that names the file, as all functions here: not there, no regular file, not readable.
  explicit InputFile(std::filesystem::path file);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  const std::filesystem::path& file() const { return file_; }
  std::uint64_t size() const { return stamp_.size; }
  // The file as it was when it was opened.
  const FileStamp& stamp() const { return stamp_; }

  // Fills `to` with the bytes that begin at `begin`. Throws Error, too, where the file was written to
  // since it was opened: what is half of one state and half of another is never given.
  void read(std::uint64_t begin, std::span<std::byte> to) const;

  // Throws Error where the file was written to since it was opened.
  void check_unchanged() const;

  // All of it.
  std::vector<std::byte> bytes() const;

  int descriptor() const { return descriptor_; }

 private:
  std::filesystem::path file_;
  int descriptor_ = -1;
  FileStamp stamp_;
};

}  // namespace ksampler

#endif
