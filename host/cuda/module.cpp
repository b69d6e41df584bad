#include "host/cuda/module.hpp"

#include "host/base/sentence.hpp"
#include "host/cuda/nvrtc.hpp"

#include <algorithm>
#include <vector>

namespace ksampler::cuda {
namespace {

constexpr unsigned kThreads = 256;
constexpr unsigned kBlocksOfMultiprocessor = 8;  // 2048 threads: all that fit

int attribute(CuDeviceAttribute which, CuDevice device, const char* what) {
  int value = 0;
  driver().check(driver().device_attribute(&value, which, device), what);
  return value;
}

}  // namespace

PrimaryContext::PrimaryContext(int device) {
  driver().check(driver().device(&device_, device), sentence("device {}", device).c_str());
  driver().check(driver().retain_primary_context(&context_, device_), "the device's context");
}

PrimaryContext::~PrimaryContext() { driver().release_primary_context(device_); }

CuResult ContextGuard::enter(CuContext context) noexcept {
  if (const CuResult result = driver().current_context(&before_); result != kSuccess) return result;
  if (before_ == context) return kSuccess;
  const CuResult result = driver().set_current_context(context);
  changed_ = result == kSuccess;
  return result;
}

ContextGuard::ContextGuard(CuContext context) {
  driver().check(enter(context), "the device's context");
}

ContextGuard::ContextGuard(CuContext context, std::nothrow_t) noexcept {
  static_cast<void>(enter(context));
}

ContextGuard::~ContextGuard() {
  if (changed_ && before_ != nullptr) driver().set_current_context(before_);
}

Module::Module(const char* source, int device) : context_(device) {
  const Driver& cuda = driver();
  const int major = attribute(kCapabilityMajor, context_.device(), "the compute capability");
  const int minor = attribute(kCapabilityMinor, context_.device(), "the compute capability");
  most_blocks_ =
      static_cast<unsigned>(attribute(kMultiprocessors, context_.device(), "the multiprocessors")) *
      kBlocksOfMultiprocessor;
  const std::vector<char> code = compile(source, 10 * major + minor);
  const ContextGuard guard(context_.get());
  cuda.check(cuda.load_module(&module_, code.data()), "loading the kernels");
}

Module::~Module() {
  const ContextGuard guard(context_.get(), std::nothrow);
  driver().unload_module(module_);
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

}  // namespace ksampler::cuda
