// Formulas for each element (ks/expression.h), and what is reduced of them, over tensors in main memory
// that have all or a part of the latent's shape: one pass each.
#ifndef KSAMPLER_PLAIN_FORMULA_HPP
#define KSAMPLER_PLAIN_FORMULA_HPP

#include "host/plain/cpu/kernels.hpp"
#include "host/plain/latent_shape.hpp"
#include "host/plain/workers.hpp"

#include <cstdint>
#include <span>

namespace ksampler::plain {

// A contiguous tensor, of all or a part (KS_SHAPE_...) of the latent's shape.
struct Part {
  void* data = nullptr;
  cpu::Element element = cpu::kFloat32;
  std::uint32_t shape = KS_SHAPE_LATENT;
};

// One that was checked: see formula_problem (host/plugin/formula_check.hpp).
struct Formula {
  std::span<const ks_op> ops;
  std::span<const double> numbers;
  std::span<const Part> terms;
};

// dst = the formula. REQUIRES: its terms repeat in dst's shape.
void map(const LatentShape& latent, const Part& dst, const Formula& formula, const Workers& workers);

// dst = the sum, mean, minimum or maximum (KS_REDUCE_...) of the formula over what an element of dst
// stands for. The order of a sum does not depend on the number of items, or of workers.
// REQUIRES: dst is smaller than the latent; otherwise as map.
void reduce(const LatentShape& latent, const Part& dst, std::uint32_t reduction, const Formula& formula,
            const Workers& workers);

// dst = the q-quantile of what an element of dst stands for. REQUIRES: dst of KS_SHAPE_ITEMS or
// KS_SHAPE_CHANNELS, `tensor` of the latent's shape.
void quantile(const LatentShape& latent, const Part& dst, const Part& tensor, double q);

}  // namespace ksampler::plain

#endif
