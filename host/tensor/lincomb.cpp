#include "host/tensor/lincomb.hpp"

#include "host/tensor/raw.hpp"

#include <c10/util/Exception.h>
#include <c10/util/SmallVector.h>

namespace ksampler {

void lincomb(at::Tensor& dst, std::span<const double> coefficients,
             std::span<const at::Tensor* const> terms) {
  TORCH_CHECK(coefficients.size() == terms.size(), "lincomb: ", coefficients.size(),
              " coefficients for ", terms.size(), " tensors");
  const RawLayout layout = raw_layout(dst);
  c10::SmallVector<float, 16> factors;
  c10::SmallVector<const void*, 16> pointers;
  for (std::size_t i = 0; i < terms.size(); ++i) {
    const at::Tensor& term = *terms[i];
    TORCH_CHECK(term.is_contiguous() && term.scalar_type() == dst.scalar_type() &&
                    term.device() == dst.device() && term.numel() == dst.numel(),
                "lincomb: term ", i, " is ", term.toString(), " ", term.sizes(),
                "; expected a contiguous ", dst.toString(), " ", dst.sizes(), " like the result");
    const auto factor = static_cast<float>(coefficients[i]);
    if (factor == 0.0f) continue;
    factors.push_back(factor);
    pointers.push_back(term.const_data_ptr());
  }
  raw_lincomb(layout, dst.mutable_data_ptr(), {factors.data(), factors.size()},
              {pointers.data(), pointers.size()});
}

}  // namespace ksampler
