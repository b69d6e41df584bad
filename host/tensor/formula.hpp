// Formulas for each element (ks/expression.h), and what is reduced of them, over tensors that have all
// or a part of the latent's shape. One pass by our own loops on the CPU, by our own kernel on CUDA,
// where sums are LibTorch's; elsewhere by LibTorch's operators, one after the other. None waits for the
// device.
#ifndef KSAMPLER_TENSOR_FORMULA_HPP
#define KSAMPLER_TENSOR_FORMULA_HPP

#include "host/plain/latent_shape.hpp"

#include <ks/expression.h>

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>

namespace ksampler {

// REQUIRES: four dimensions.
LatentShape shape_of(const at::Tensor& latent);

struct ShapedTensor {
  const at::Tensor* tensor = nullptr;
  std::uint32_t shape = KS_SHAPE_LATENT;
};

// One that was checked: see formula_problem (host/plugin/formula_check.hpp).
struct Formula {
  std::span<const ks_op> ops;
  std::span<const double> numbers;
  std::span<const ShapedTensor> terms;
};

// dst = the formula. REQUIRES: its terms repeat in dst's shape; all contiguous and on one device.
void map(const LatentShape& latent, const ShapedTensor& dst, const Formula& formula);

// dst = the sum, mean, minimum or maximum (KS_REDUCE_...) of the formula over what an element of dst
// stands for. The order of a sum does not depend on the number of items, or of threads.
// REQUIRES: dst is smaller than the latent; otherwise as map.
void reduce(const LatentShape& latent, const ShapedTensor& dst, std::uint32_t reduction,
            const Formula& formula);

// dst = the q-quantile of what an element of dst stands for. REQUIRES: dst of KS_SHAPE_ITEMS or
// KS_SHAPE_CHANNELS, `tensor` of the latent's shape.
void quantile(const LatentShape& latent, const ShapedTensor& dst, const at::Tensor& tensor, double q);

// What the loops of other devices do, for tests on the CPU.
void map_by_operators(const LatentShape& latent, const ShapedTensor& dst, const Formula& formula);
void reduce_by_operators(const LatentShape& latent, const ShapedTensor& dst, std::uint32_t reduction,
                         const Formula& formula);
void quantile_by_operators(const LatentShape& latent, const ShapedTensor& dst, const at::Tensor& tensor,
                           double q);

}  // namespace ksampler

#endif
