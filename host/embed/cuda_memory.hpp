// A run's tensors in the memory of a CUDA device: its kernels, on the caller's stream. Quantiles have
// none: they go through main memory, and wait for the device.
#ifndef KSAMPLER_EMBED_CUDA_MEMORY_HPP
#define KSAMPLER_EMBED_CUDA_MEMORY_HPP

#include "host/cuda/filter.hpp"
#include "host/cuda/queue.hpp"
#include "host/session/memory.hpp"

#include <ks/host.h>

#include <memory>
#include <span>

namespace ksampler::embed {

// Compiles and loads what a device needs, and gives a queue on the caller's stream. Throws Error where
// there is no driver, no NVRTC, or no such device; BadArgument.
std::unique_ptr<cuda::Queue> queue_of(const ks_cuda& place);

class CudaMemory final : public Memory {
 public:
  // `queue` outlives it.
  CudaMemory(const LatentShape& shape, cpu::Element element, cuda::Queue& queue);

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
  float* float32(const RunTensor&) override { return nullptr; }
  void* dlpack(const RunTensor& tensor) override;
  void* stream() override { return queue_.place().stream; }

 private:
  // The root of the mean of a formula of these terms over the latent.
  double root_of_mean(std::span<const ks_op> ops, std::span<const double> numbers,
                      std::span<const RunTensor* const> terms);
  plain::Planes planes(const RunTensor& tensor) const;

  cuda::Queue& queue_;
  cuda::Filters filters_;
};

}  // namespace ksampler::embed

#endif
