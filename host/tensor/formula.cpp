#include "host/tensor/formula.hpp"

#include "host/cuda/formula.hpp"
#include "host/plain/formula.hpp"
#include "host/tensor/cuda_place.hpp"
#include "host/tensor/raw.hpp"

#include <ATen/ops/empty.h>

#include <array>

namespace ksampler {
namespace {

plain::Part part_of(const ShapedTensor& tensor) {
  return {const_cast<void*>(tensor.tensor->const_data_ptr()), raw_layout(*tensor.tensor).element,
          tensor.shape};
}

// The terms of a formula in main memory.
class Parts {
 public:
  explicit Parts(const Formula& formula) : formula_(formula) {
    for (std::size_t i = 0; i < formula.terms.size(); ++i) parts_[i] = part_of(formula.terms[i]);
  }
  plain::Formula formula() const {
    return {formula_.ops, formula_.numbers, {parts_.data(), formula_.terms.size()}};
  }

 private:
  const Formula& formula_;
  std::array<plain::Part, KS_MOST_TERMS> parts_{};
};

}  // namespace

LatentShape shape_of(const at::Tensor& latent) {
  return {latent.size(0), latent.size(1), latent.size(2), latent.size(3)};
}

void map(const LatentShape& latent, const ShapedTensor& dst, const Formula& formula) {
  if (dst.tensor->numel() == 0) return;
  if (dst.tensor->is_cuda() && cuda::can_map(static_cast<std::size_t>(dst.tensor->numel()))) {
    const cuda::Place place = cuda_place(dst.tensor->device());
    return cuda::map(place, latent, part_of(dst), Parts(formula).formula());
  }
  if (!dst.tensor->is_cpu()) return map_by_operators(latent, dst, formula);
  plain::map(latent, part_of(dst), Parts(formula).formula(), libtorch_threads());
}

void reduce(const LatentShape& latent, const ShapedTensor& dst, std::uint32_t reduction,
            const Formula& formula) {
  if (dst.tensor->numel() == 0) return;
  if (!dst.tensor->is_cpu()) {
    // The formula in one pass, and its sum by LibTorch's.
    at::Tensor values =
        at::empty(latent.sizes(KS_SHAPE_LATENT), dst.tensor->options().dtype(at::kFloat));
    map(latent, {&values, KS_SHAPE_LATENT}, formula);
    const ks_op value{KS_OP_TERM, 0};
    const ShapedTensor term{&values, KS_SHAPE_LATENT};
    return reduce_by_operators(latent, dst, reduction, {{&value, 1}, {}, {&term, 1}});
  }
  plain::reduce(latent, part_of(dst), reduction, Parts(formula).formula(), libtorch_threads());
}

void quantile(const LatentShape& latent, const ShapedTensor& dst, const at::Tensor& tensor, double q) {
  if (dst.tensor->numel() == 0) return;
  if (!dst.tensor->is_cpu()) return quantile_by_operators(latent, dst, tensor, q);
  plain::quantile(latent, part_of(dst), part_of({&tensor, KS_SHAPE_LATENT}), q);
}

}  // namespace ksampler
