// A run's tensors in main memory, without LibTorch.
#ifndef KSAMPLER_SESSION_PLAIN_MEMORY_HPP
#define KSAMPLER_SESSION_PLAIN_MEMORY_HPP

#include "host/plain/filter.hpp"
#include "host/plain/workers.hpp"
#include "host/session/memory.hpp"

namespace ksampler {

class PlainMemory final : public Memory {
 public:
  PlainMemory(const LatentShape& shape, cpu::Element element, const Workers& workers = no_helpers());

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

 private:
  plain::Planes planes(const RunTensor& tensor) const;

  const Workers& workers_;
  plain::Filters filters_;
};

}  // namespace ksampler

#endif
