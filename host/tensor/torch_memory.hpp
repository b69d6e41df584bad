// A run's tensors in LibTorch's memory, on the CPU or a CUDA device.
#ifndef KSAMPLER_TENSOR_TORCH_MEMORY_HPP
#define KSAMPLER_TENSOR_TORCH_MEMORY_HPP

#include "host/session/memory.hpp"
#include "host/tensor/filter.hpp"
#include "host/tensor/raw.hpp"

#include <ATen/core/Tensor.h>

namespace ksampler {

// The tensor behind one of a TorchMemory, or one that run_tensor() gave.
inline at::Tensor& torch_tensor(const RunTensor& tensor) {
  return *static_cast<at::Tensor*>(tensor.object);
}

// `tensor`, which outlives it, for a run. REQUIRES: see raw_layout.
RunTensor run_tensor(const at::Tensor& tensor);

class TorchMemory final : public Memory {
 public:
  // Every tensor is like `prototype` (float32, float16 or bfloat16; contiguous).
  explicit TorchMemory(const at::Tensor& prototype);

  const at::Tensor& prototype() const { return prototype_; }

  void make(RunTensor& tensor) override;
  void free(RunTensor& tensor) noexcept override;
  void lincomb(const RunTensor& dst, std::span<const float> coefficients,
               std::span<const void* const> terms) override;
  double norm(const RunTensor& x) override;
  double error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous, double atol,
                    double rtol) override;
  void map(const RunTensor& dst, const RunFormula& formula) override;
  void reduce(const RunTensor& dst, std::uint32_t reduction, const RunFormula& formula) override;
  void quantile(const RunTensor& dst, const RunTensor& tensor, double q) override;
  void fill(const RunTensor& dst, std::span<const float> values) override;
  void fourier(const RunTensor& dst, const RunTensor& src, const RunTensor& gains,
               std::uint32_t transform) override;
  void blur(const RunTensor& dst, const RunTensor& src, double sigma) override;
  void coarse(const RunTensor& dst, const RunTensor& src, std::int64_t height,
              std::int64_t width) override;
  void resize(const RunTensor& dst, const RunTensor& src, std::uint32_t how) override;
  void put(const RunTensor& dst, const float* values) override;
  void get(const RunTensor& src, float* values) override;
  float* float32(const RunTensor& tensor) override;
  void* dlpack(const RunTensor& tensor) override;
  void* stream() override;

 private:
  at::Tensor prototype_;
  RawLayout layout_;
  FilterMatrices matrices_;
};

}  // namespace ksampler

#endif
