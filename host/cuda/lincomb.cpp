#include "host/cuda/lincomb.hpp"

#include "host/cuda/kernel_source.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace ksampler::cuda {
namespace {

constexpr std::size_t kPackBytes = 16;

struct LincombKernels {
  Module module;
  CuFunction few[cpu::kElements] = {};
  CuFunction many[cpu::kElements] = {};

  explicit LincombKernels(int device) : module(kLincombSource, device) {
    for (std::size_t i = 0; i < cpu::kElements; ++i) {
      const std::string name = std::string("lincomb_") + kElementNames[i];
      few[i] = module.find(name + "_few");
      many[i] = module.find(name + "_many");
    }
  }
};

bool is_aligned(const void* pointer) {
  return reinterpret_cast<std::uintptr_t>(pointer) % kPackBytes == 0;
}

template <std::size_t Capacity>
void launch(const Module& module, CuFunction function, CuStream stream, const plain::Layout& layout,
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
  void* parameters[] = {&dst, &size, &packs, &count, &terms};
  module.launch(function, work, stream, parameters, "launching lincomb");
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

void prepare_lincomb(int device) { static_cast<void>(kernels_of<LincombKernels>(device)); }

void lincomb(const Place& place, const plain::Layout& layout, void* dst,
             std::span<const float> coefficients, std::span<const void* const> terms) {
  if (layout.size == 0) return;
  const auto& kernels = kernels_of<LincombKernels>(place.device);
  const ContextGuard guard(kernels.module.context());
  if (terms.empty()) {
    driver().check(driver().fill_bytes(pointer(dst), 0, layout.bytes(), place.stream),
                   "filling with zeros");
    return;
  }
  if (terms.size() <= kFewTerms) {
    launch<kFewTerms>(kernels.module, kernels.few[layout.element], place.stream, layout, dst,
                      coefficients, terms);
    return;
  }
  for (const Launch& part : plan(dst, coefficients, terms, kManyTerms)) {
    launch<kManyTerms>(kernels.module, kernels.many[layout.element], place.stream, layout, dst,
                       part.coefficients, part.data);
  }
}

}  // namespace ksampler::cuda
