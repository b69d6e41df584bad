#include "host/tensor/raw.hpp"

#include "host/cuda/lincomb.hpp"
#include "host/tensor/cuda_place.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

namespace ksampler {
namespace {

class LibTorchThreads : public Workers {
 public:
  int count() const override { return at::get_num_threads(); }
  void share(std::int64_t size, std::int64_t grain, LoopBody body) const override {
    at::parallel_for(0, size, grain, [&](std::int64_t begin, std::int64_t end) {
      body(begin, end, at::get_thread_num());
    });
  }
};

}  // namespace

const Workers& libtorch_threads() {
  static const LibTorchThreads threads;
  return threads;
}

RawLayout raw_layout(const at::Tensor& tensor) {
  TORCH_CHECK(tensor.defined() && tensor.is_contiguous(), "the tensor must be defined and contiguous");
  TORCH_CHECK(tensor.is_cpu() || tensor.is_cuda(), "the tensor is on ", tensor.device(),
              "; expected the CPU or a CUDA device");
  RawLayout layout;
  layout.device = tensor.device();
  layout.size = static_cast<std::size_t>(tensor.numel());
  switch (tensor.scalar_type()) {
    case at::kFloat:
      layout.element = cpu::kFloat32;
      break;
    case at::kHalf:
      layout.element = cpu::kFloat16;
      break;
    case at::kBFloat16:
      layout.element = cpu::kBfloat16;
      break;
    default:
      TORCH_CHECK(false, "the tensor is of type ", tensor.scalar_type(),
                  "; expected float32, float16 or bfloat16");
  }
  return layout;
}

void raw_lincomb(const RawLayout& layout, void* dst, std::span<const float> coefficients,
                 std::span<const void* const> terms) {
  if (layout.size == 0) return;
  if (layout.device.is_cpu()) {
    plain::lincomb(layout, dst, coefficients, terms, libtorch_threads());
  } else {
    cuda::lincomb(cuda_place(layout.device), layout, dst, coefficients, terms);
  }
}

double raw_sum_of_squares(const RawLayout& layout, const void* x) {
  return plain::sum_of_squares(layout, x, libtorch_threads());
}

double raw_sum_of_errors(const RawLayout& layout, const void* low, const void* high,
                         const void* previous, double atol, double rtol) {
  return plain::sum_of_errors(layout, low, high, previous, atol, rtol, libtorch_threads());
}

}  // namespace ksampler
