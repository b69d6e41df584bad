// Kernels on a device: compiled by NVRTC at their first use there, without a CUDA toolkit, and launched
// by the driver on a stream, which nothing waits for.
#ifndef KSAMPLER_CUDA_MODULE_HPP
#define KSAMPLER_CUDA_MODULE_HPP

#include "host/cuda/driver.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <string>

namespace ksampler::cuda {

// A stream of a device, by the device's number. Null is the default stream.
struct Place {
  int device = 0;
  CuStream stream = nullptr;
};

// The context of a device that all of CUDA's runtime shares, held.
class PrimaryContext {
 public:
  // Throws Error where there is no driver, or no such device.
  explicit PrimaryContext(int device);
  ~PrimaryContext();
  PrimaryContext(const PrimaryContext&) = delete;
  PrimaryContext& operator=(const PrimaryContext&) = delete;

  CuDevice device() const { return device_; }
  CuContext get() const { return context_; }

 private:
  CuDevice device_ = 0;
  CuContext context_ = nullptr;
};

// Makes a context this thread's for as long as it lives.
class ContextGuard {
 public:
  explicit ContextGuard(CuContext context);
  // Where it cannot be, what follows fails by itself.
  ContextGuard(CuContext context, std::nothrow_t) noexcept;
  ~ContextGuard();
  ContextGuard(const ContextGuard&) = delete;
  ContextGuard& operator=(const ContextGuard&) = delete;

 private:
  CuResult enter(CuContext context) noexcept;

  CuContext before_ = nullptr;
  bool changed_ = false;
};

// The kernels of a source, compiled and loaded for one device.
class Module {
 public:
  // Throws Error where NVRTC or the driver is missing or refuses.
  Module(const char* source, int device);
  ~Module();
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;

  CuFunction find(const std::string& name) const;
  CuContext context() const { return context_.get(); }
  // One thread for each of `work`, or so many that fill the device, and each goes on to further ones.
  void launch(CuFunction function, std::size_t work, CuStream stream, void** parameters,
              const char* what) const;

 private:
  PrimaryContext context_;
  CuModule module_ = nullptr;
  unsigned most_blocks_ = 0;
};

// Kernels of a device, made at the first call and kept until the process ends: the driver may be gone
// before our static objects are. Where making them fails, the next call tries again.
template <typename Kernels>
const Kernels& kernels_of(int device) {
  static std::mutex mutex;
  static auto& kept = *new std::map<int, std::unique_ptr<const Kernels>>;
  const std::lock_guard lock(mutex);
  std::unique_ptr<const Kernels>& kernels = kept[device];
  if (!kernels) kernels = std::make_unique<const Kernels>(device);
  return *kernels;
}

// Names of the entries for each element type, by cpu::Element.
inline constexpr const char* kElementNames[] = {"float32", "float16", "bfloat16"};

}  // namespace ksampler::cuda

#endif
