// Kernels on a device: compiled by NVRTC at their first use there, without a CUDA toolkit, and launched
// by the driver on LibTorch's current stream, which nothing waits for.
#ifndef KSAMPLER_TENSOR_CUDA_MODULE_HPP
#define KSAMPLER_TENSOR_CUDA_MODULE_HPP

#include "host/tensor/cuda/driver.hpp"

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace ksampler::cuda {

// The kernels of a source, compiled and loaded for one device.
class Module {
 public:
  // Throws c10::Error where NVRTC or the driver is missing or refuses.
  Module(const char* source, CuDevice device);

  CuFunction find(const std::string& name) const;
  CuContext context() const { return context_; }
  // One thread for each of `work`, or so many that fill the device, and each goes on to further ones.
  void launch(CuFunction function, std::size_t work, CuStream stream, void** parameters,
              const char* what) const;

 private:
  CuContext context_ = nullptr;
  CuModule module_ = nullptr;
  unsigned most_blocks_ = 0;
};

// Kernels of a device, made at the first call and kept until the process ends.
template <typename Kernels>
const Kernels& kernels_of(CuDevice device) {
  static std::mutex mutex;
  static std::map<CuDevice, std::unique_ptr<const Kernels>> kept;
  const std::lock_guard lock(mutex);
  std::unique_ptr<const Kernels>& kernels = kept[device];
  if (!kernels) kernels = std::make_unique<const Kernels>(device);
  return *kernels;
}

// Makes the device's context this thread's for as long as it lives.
class ContextGuard {
 public:
  explicit ContextGuard(CuContext context);
  ~ContextGuard();
  ContextGuard(const ContextGuard&) = delete;
  ContextGuard& operator=(const ContextGuard&) = delete;

 private:
  CuContext before_ = nullptr;
  bool changed_ = false;
};

// LibTorch's.
CuStream current_stream(at::Device device);

// Names of the entries for each element type, by cpu::Element.
inline constexpr const char* kElementNames[] = {"float32", "float16", "bfloat16"};

}  // namespace ksampler::cuda

#endif
