#include "host/tensor/cuda/lincomb.hpp"

#include "host/tensor/cuda/driver.hpp"
#include "host/tensor/cuda/kernel_source.hpp"
#include "host/tensor/cuda/nvrtc.hpp"

#include <c10/core/DeviceGuard.h>
#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

namespace ksampler::cuda {
namespace {

constexpr std::size_t kPackBytes = 16;
constexpr unsigned kThreads = 256;
constexpr unsigned kBlocksOfMultiprocessor = 8;  // 2048 threads: all that fit

// The kernels, compiled and loaded for one device; kept until the process ends.
struct Module {
  CuContext context = nullptr;
  CuFunction few[cpu::kElements] = {};
  CuFunction many[cpu::kElements] = {};
  unsigned most_blocks = 0;

  explicit Module(CuDevice device) {
    const Driver& cuda = driver();
    int major = 0, minor = 0, multiprocessors = 0;
    cuda.check(cuda.device_attribute(&major, kCapabilityMajor, device), "the compute capability");
    cuda.check(cuda.device_attribute(&minor, kCapabilityMinor, device), "the compute capability");
    cuda.check(cuda.device_attribute(&multiprocessors, kMultiprocessors, device),
               "the multiprocessors");
    most_blocks = static_cast<unsigned>(multiprocessors) * kBlocksOfMultiprocessor;
    cuda.check(cuda.retain_primary_context(&context, device), "the device's context");
    cuda.check(cuda.set_current_context(context), "the device's context");
    const std::vector<char> code = compile(kLincombSource, 10 * major + minor);
    CuModule module = nullptr;
    cuda.check(cuda.load_module(&module, code.data()), "loading the kernels");
    const char* names[cpu::kElements] = {"float32", "float16", "bfloat16"};
    for (std::size_t i = 0; i < cpu::kElements; ++i) {
      const std::string name = std::string("lincomb_") + names[i];
      cuda.check(cuda.find_function(&few[i], module, (name + "_few").c_str()), name.c_str());
      cuda.check(cuda.find_function(&many[i], module, (name + "_many").c_str()), name.c_str());
    }
  }
};

const Module& module_of(CuDevice device) {
  static std::mutex mutex;
  static std::map<CuDevice, std::unique_ptr<const Module>> modules;
  const std::lock_guard lock(mutex);
  std::unique_ptr<const Module>& module = modules[device];
  if (!module) module = std::make_unique<const Module>(device);
  return *module;
}

// Makes the device's context this thread's for as long as it lives.
class ContextGuard {
 public:
  explicit ContextGuard(CuContext context) {
    driver().check(driver().current_context(&before_), "the current context");
    changed_ = before_ != context;
    if (changed_) driver().check(driver().set_current_context(context), "the device's context");
  }
  ~ContextGuard() {
    if (changed_ && before_ != nullptr) driver().set_current_context(before_);
  }
  ContextGuard(const ContextGuard&) = delete;
  ContextGuard& operator=(const ContextGuard&) = delete;

 private:
  CuContext before_ = nullptr;
  bool changed_ = false;
};

bool is_aligned(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % kPackBytes == 0;
}

template <std::size_t Capacity>
void launch(CuFunction function, unsigned most_blocks, CuStream stream, const RawLayout& layout,
            void* dst, std::span<const float> coefficients, std::span<const void* const> data) {
  Terms<Capacity> terms;  // what lies past the count is never read
  std::copy(data.begin(), data.end(), terms.data.begin());
  std::copy(coefficients.begin(), coefficients.end(), terms.coefficients.begin());
  const std::size_t lanes = kPackBytes / cpu::kElementBytes[layout.element];
  const bool aligned = is_aligned(dst) && std::all_of(data.begin(), data.end(), is_aligned);
  unsigned long long size = layout.size;
  unsigned long long packs = aligned ? layout.size / lanes : 0;
  int count = static_cast<int>(data.size());
  const std::size_t work = aligned ? std::max<std::size_t>(layout.size / lanes, 1) : layout.size;
  const auto blocks =
      static_cast<unsigned>(std::min<std::size_t>((work + kThreads - 1) / kThreads, most_blocks));
  void* parameters[] = {&dst, &size, &packs, &count, &terms};
  driver().check(
      driver().launch(function, blocks, 1, 1, kThreads, 1, 1, 0, stream, parameters, nullptr),
      "launching lincomb");
}

}  // namespace

std::vector<Launch> plan(const void* dst, std::span<const float> coefficients,
                         std::span<const void* const> terms, std::size_t capacity) {
  Launch first;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (terms[i] != dst) continue;
    if (first.data.empty()) first = {{dst}, {0.0f}};
    first.coefficients[0] += coefficients[i];
  }
  std::vector<Launch> launches{std::move(first)};
  for (std::size_t i = 0; i < terms.size(); ++i) {
    if (terms[i] == dst) continue;
    if (launches.back().data.size() == capacity) launches.push_back({{dst}, {1.0f}});
    launches.back().data.push_back(terms[i]);
    launches.back().coefficients.push_back(coefficients[i]);
  }
  return launches;
}

void lincomb(const RawLayout& layout, void* dst, std::span<const float> coefficients,
             std::span<const void* const> terms) {
  const c10::DeviceGuard device_guard(layout.device);
  const Module& module = module_of(layout.device.index());
  const ContextGuard context_guard(module.context);
  const c10::Stream current = c10::impl::VirtualGuardImpl(at::kCUDA).getStream(layout.device);
  const auto stream = static_cast<CuStream>(current.native_handle());
  if (terms.empty()) {
    const auto address = static_cast<CuPointer>(reinterpret_cast<std::uintptr_t>(dst));
    driver().check(driver().fill_bytes(address, 0, layout.bytes(), stream), "filling with zeros");
    return;
  }
  if (terms.size() <= kFewTerms) {
    launch<kFewTerms>(module.few[layout.element], module.most_blocks, stream, layout, dst, coefficients,
                      terms);
    return;
  }
  for (const Launch& part : plan(dst, coefficients, terms, kManyTerms)) {
    launch<kManyTerms>(module.many[layout.element], module.most_blocks, stream, layout, dst,
                       part.coefficients, part.data);
  }
}

}  // namespace ksampler::cuda
