// A copy of a library's file under a name of its own, removed with the object.
#ifndef KSAMPLER_CONFORMANCE_PRIVATE_COPY_HPP
#define KSAMPLER_CONFORMANCE_PRIVATE_COPY_HPP

#include <filesystem>

namespace ksampler::conformance {

class PrivateCopy {
 public:
  // In the folder `within`, or the temporary folder. Throws Error that names the file.
  explicit PrivateCopy(const std::filesystem::path& file, const std::filesystem::path& within = {});
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path folder_;
  std::filesystem::path path_;
};

}  // namespace ksampler::conformance

#endif
