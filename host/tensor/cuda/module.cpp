#include "host/tensor/cuda/module.hpp"

#include "host/tensor/cuda/nvrtc.hpp"

#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <vector>

namespace ksampler::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kBlocksOfMultiprocessor = 8;  // 2048 threads: all that fit

}  // namespace

Module::Module(const char* source, CuDevice device) {
  const Driver& cuda = driver();
  int major = 0, minor = 0, multiprocessors = 0;
  cuda.check(cuda.device_attribute(&major, kCapabilityMajor, device), "the compute capability");
  cuda.check(cuda.device_attribute(&minor, kCapabilityMinor, device), "the compute capability");
  cuda.check(cuda.device_attribute(&multiprocessors, kMultiprocessors, device), "the multiprocessors");
  most_blocks_ = static_cast<unsigned>(multiprocessors) * kBlocksOfMultiprocessor;
  cuda.check(cuda.retain_primary_context(&context_, device), "the device's context");
  cuda.check(cuda.set_current_context(context_), "the device's context");
  const std::vector<char> code = compile(source, 10 * major + minor);
  cuda.check(cuda.load_module(&module_, code.data()), "loading the kernels");
}

CuFunction Module::find(const std::string& name) const {
  CuFunction function = nullptr;
  driver().check(driver().find_function(&function, module_, name.c_str()), name.c_str());
  return function;
}

void Module::launch(CuFunction function, std::size_t work, CuStream stream, void** parameters,
                    const char* what) const {
  const auto blocks =
      static_cast<unsigned>(std::min<std::size_t>((work + kThreads - 1) / kThreads, most_blocks_));
  driver().check(
      driver().launch(function, blocks, 1, 1, kThreads, 1, 1, 0, stream, parameters, nullptr), what);
}

ContextGuard::ContextGuard(CuContext context) {
  driver().check(driver().current_context(&before_), "the current context");
  changed_ = before_ != context;
  if (changed_) driver().check(driver().set_current_context(context), "the device's context");
}

ContextGuard::~ContextGuard() {
  if (changed_ && before_ != nullptr) driver().set_current_context(before_);
}

CuStream current_stream(at::Device device) {
  const c10::Stream current = c10::impl::VirtualGuardImpl(at::kCUDA).getStream(device);
  return static_cast<CuStream>(current.native_handle());
}

}  // namespace ksampler::cuda
