// A library that may be missing: found and opened when it is needed, its functions looked up by name.
#ifndef KSAMPLER_CUDA_DYNAMIC_LIBRARY_HPP
#define KSAMPLER_CUDA_DYNAMIC_LIBRARY_HPP

#include <string>
#include <vector>

namespace ksampler::cuda {

class DynamicLibrary {
 public:
  // Opens the first of `files` that opens, for the life of the process. Not thread-safe.
  explicit DynamicLibrary(const std::vector<std::string>& files);

  bool is_open() const { return handle_ != nullptr; }
  const std::string& file() const { return file_; }  // the one that opened
  // What was tried and why it failed, a line each.
  const std::string& failures() const { return failures_; }

  // REQUIRES: is_open(). Throws Error where there is no such function.
  template <typename Function>
  void find(Function*& function, const char* name) const {
    function = reinterpret_cast<Function*>(address(name));
  }

 private:
  void* address(const char* name) const;

  void* handle_ = nullptr;
  std::string file_;
  std::string failures_;
};

// The files of libraries of this process whose name begins with `prefix` ("libtorch_cpu.so").
std::vector<std::string> loaded_files(const std::string& prefix);

}  // namespace ksampler::cuda

#endif
