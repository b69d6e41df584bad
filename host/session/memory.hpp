// Where the tensors of a run are, and what computes on them: main memory, LibTorch's, a caller's own.
#ifndef KSAMPLER_SESSION_MEMORY_HPP
#define KSAMPLER_SESSION_MEMORY_HPP

#include "host/plain/cpu/kernels.hpp"
#include "host/plain/latent_shape.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace ksampler {

// A tensor of a run, as the host's own code sees it. Contiguous.
struct RunTensor {
  void* data = nullptr;    // its elements, on its device; in a caller's memory what the caller calls it
  void* object = nullptr;  // what the memory keeps of it, such as an at::Tensor
  cpu::Element element = cpu::kFloat32;
  std::uint32_t shape = KS_SHAPE_LATENT;  // a part of the latent; above KS_SHAPE_ITEMS: another size
  std::size_t size = 0;                   // elements
  std::int64_t height = 0, width = 0;     // in cells; of a latent, or one of another size

  bool is_of_size_of(const RunTensor& other) const {
    return height == other.height && width == other.width && size == other.size;
  }
};

// A formula that was checked (host/plugin/formula_check.hpp), and what it is of.
struct RunFormula {
  std::span<const ks_op> ops;
  std::span<const double> numbers;
  std::span<const RunTensor* const> terms;
};

// Thread rule: one thread at a time. All functions but free() may throw; arguments were checked.
class Memory {
 public:
  // Of latents of `shape`: of zeros, where they have not four dimensions.
  Memory(const LatentShape& shape, std::size_t size, cpu::Element element)
      : shape_(shape), size_(size), element_(element) {}
  virtual ~Memory() = default;
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  const LatentShape& shape() const { return shape_; }
  bool has_planes() const { return shape_ != LatentShape{}; }
  std::size_t size() const { return size_; }
  cpu::Element element() const { return element_; }

  // Whether it has what follows `error_norm`. Where not, those are never called but for put().
  virtual bool is_complete() const { return true; }

  // Gives a tensor its storage, by what else is set in it.
  virtual void make(RunTensor& tensor) = 0;
  virtual void free(RunTensor& tensor) noexcept = 0;

  // As ks_tensor_ops has them; `terms` are the data of tensors like dst, no coefficient is 0.
  virtual void lincomb(const RunTensor& dst, std::span<const float> coefficients,
                       std::span<const void* const> terms) = 0;
  virtual double norm(const RunTensor& x) = 0;
  virtual double error_norm(const RunTensor& low, const RunTensor& high, const RunTensor& previous,
                            double atol, double rtol) = 0;

  // As ks_expressions has them.
  virtual void map(const RunTensor& dst, const RunFormula& formula) = 0;
  virtual void reduce(const RunTensor& dst, std::uint32_t reduction, const RunFormula& formula) = 0;
  virtual void quantile(const RunTensor& dst, const RunTensor& tensor, double q) = 0;

  // As ks_filters and ks_runs have them. `values`: of all of dst, or of one item for each alike.
  virtual void fill(const RunTensor& dst, std::span<const float> values) = 0;
  virtual void fourier(const RunTensor& dst, const RunTensor& src, const RunTensor& gains,
                       std::uint32_t transform) = 0;
  virtual void blur(const RunTensor& dst, const RunTensor& src, double sigma) = 0;
  virtual void coarse(const RunTensor& dst, const RunTensor& src, std::int64_t height,
                      std::int64_t width) = 0;
  virtual void resize(const RunTensor& dst, const RunTensor& src, std::uint32_t how) = 0;

  // From and to float32 in main memory, as many as the tensor has.
  virtual void put(const RunTensor& dst, const float* values) = 0;
  virtual void get(const RunTensor& src, float* values) = 0;
  // The tensor's own elements where they are that; else null.
  virtual float* float32(const RunTensor& tensor) = 0;

  // As ks_raw has them.
  virtual void* dlpack(const RunTensor& tensor) = 0;
  virtual void* stream() { return nullptr; }

 private:
  LatentShape shape_;
  std::size_t size_;
  cpu::Element element_;
};

}  // namespace ksampler

#endif
