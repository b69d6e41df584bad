// The tensors of one run behind the ABI's opaque handles: all of one type and device, and of one shape
// but where another is asked for, with their storage kept for reuse. Thread rule: one thread at a time.
#ifndef KSAMPLER_SESSION_SPACE_HPP
#define KSAMPLER_SESSION_SPACE_HPP

#include "host/session/memory.hpp"

#include <ks/filter.h>
#include <ks/runs.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace ksampler {

class Space {
 public:
  // `memory` outlives it.
  explicit Space(Memory& memory);
  virtual ~Space();
  Space(const Space&) = delete;
  Space& operator=(const Space&) = delete;

  Memory& memory() const;

  // From the free list if it can. `shape`: KS_SHAPE_...; those smaller than the latent need a latent of
  // four dimensions, and are float32. Throws what the memory throws.
  ks_tensor* create(std::uint32_t shape = 0);
  // The same, of another height and width than the latent's. REQUIRES: a latent of four dimensions.
  // Throws Error at the 65th size.
  ks_tensor* create_sized(std::int64_t height, std::int64_t width);
  // A handle onto a tensor like the latents of this space, which stays its owner's.
  ks_tensor* adopt(const RunTensor& tensor);
  void release(ks_tensor* handle);  // null and foreign handles are ignored

  // The tensor behind a handle, or null for a null, released or foreign handle, or one that has not the
  // latent's shape.
  RunTensor* find(const ks_tensor* handle) const;
  // The same, or one of another height and width.
  RunTensor* find_sized(const ks_tensor* handle) const;

  // How many storages were allocated since the beginning: what a steady loop does not raise.
  std::uint64_t allocations() const;
  // Bytes that lincombs had to read and write so far, and how many there were.
  std::uint64_t lincomb_bytes() const;
  std::uint64_t lincomb_count() const;

  // The operations of ks_tensor_ops, with the reason of a failure in `error`.
  ks_status lincomb(ks_tensor* dst, std::span<const double> coefficients,
                    std::span<ks_tensor* const> terms, std::string& error);
  ks_status norm(const ks_tensor* tensor, double& result, std::string& error) const;
  ks_status error_norm(const ks_tensor* low, const ks_tensor* high, const ks_tensor* previous,
                       double atol, double rtol, double& result, std::string& error) const;

  // Those of ks_expressions. REQUIRES: the formula was checked.
  ks_status map(ks_tensor* dst, const ks_expression& expression, std::string& error);
  ks_status reduce(ks_tensor* dst, std::uint32_t reduction, const ks_expression& expression,
                   std::string& error);
  ks_status quantile(ks_tensor* dst, const ks_tensor* tensor, double q, std::string& error);

  // Those of ks_filters.
  ks_status fill(ks_tensor* dst, std::span<const double> numbers, std::string& error);
  ks_status fourier(ks_tensor* dst, const ks_tensor* src, const ks_tensor* gains,
                    std::uint32_t transform, std::string& error);
  ks_status blur(ks_tensor* dst, const ks_tensor* src, double sigma, std::string& error);
  ks_status coarse(ks_tensor* dst, const ks_tensor* src, std::uint32_t height, std::uint32_t width,
                   std::string& error);

  // That of ks_runs.
  ks_status resize(ks_tensor* dst, const ks_tensor* src, std::uint32_t how, std::string& error);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ksampler

#endif
