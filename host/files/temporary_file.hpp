// A file under a name of its own, in the folder where it is to appear: gets its final name in one step
// when it is complete, or is removed. One that a dead process left behind is never taken for another.
#ifndef KSAMPLER_FILES_TEMPORARY_FILE_HPP
#define KSAMPLER_FILES_TEMPORARY_FILE_HPP

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace ksampler {

class TemporaryFile {
 public:
  // Creates an empty file beside `goal`. Throws Error, as all functions here, that names `goal`.
  explicit TemporaryFile(const std::filesystem::path& goal);
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  // Writes all of it and waits until it is on the disk.
  void write(std::span<const std::byte> bytes);

  // Gives the file its name, unless one of that name exists: then returns false.
  bool take_name(const std::filesystem::path& name);

  // Gives the file its name; replaces what had it.
  void replace(const std::filesystem::path& name);

 private:
  bool take_name_by_placeholder(const std::filesystem::path& name);
  [[noreturn]] void fail(const std::string& doing, int reason) const;
  void named(const std::filesystem::path& name);

  std::filesystem::path goal_;
  std::filesystem::path path_;  // empty once the file has its name
  int descriptor_ = -1;
};

}  // namespace ksampler

#endif
