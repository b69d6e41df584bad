// A run's tensors in a caller's memory, behind its table of functions (ks_space).
#ifndef KSAMPLER_EMBED_CALLER_MEMORY_HPP
#define KSAMPLER_EMBED_CALLER_MEMORY_HPP

#include "host/session/memory.hpp"

#include <ks/host.h>

#include <vector>

namespace ksampler::embed {

class CallerMemory final : public Memory {
 public:
  // Throws BadArgument where the table lacks what every sampler needs.
  CallerMemory(const LatentShape& shape, cpu::Element element, const ks_space& space);

  bool is_complete() const override { return false; }
  void make(RunTensor& tensor) override;
  void free(RunTensor& tensor) noexcept override;
  void lincomb(const RunTensor& dst, std::span<const float> coefficients,
               std::span<const void* const> terms) override;
  double norm(const RunTensor& x) override;
  double error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous, double atol,
                    double rtol) override;
  void put(const RunTensor& dst, const float* values) override;
  float* float32(const RunTensor&) override { return nullptr; }

  // What it has not.
  void map(const RunTensor&, const RunFormula&) override;
  void reduce(const RunTensor&, std::uint32_t, const RunFormula&) override;
  void quantile(const RunTensor&, const RunTensor&, double) override;
  void fill(const RunTensor&, std::span<const float>) override;
  void fourier(const RunTensor&, const RunTensor&, const RunTensor&, std::uint32_t) override;
  void blur(const RunTensor&, const RunTensor&, double) override;
  void coarse(const RunTensor&, const RunTensor&, std::int64_t, std::int64_t) override;
  void resize(const RunTensor&, const RunTensor&, std::uint32_t) override;
  void get(const RunTensor&, float*) override;
  void* dlpack(const RunTensor&) override;

 private:
  ks_space space_;
};

}  // namespace ksampler::embed

#endif
