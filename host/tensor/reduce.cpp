#include "host/tensor/reduce.hpp"

#include <cmath>

namespace ksampler {
namespace {

double root_of_mean(double sum, const RawLayout& layout) {
  return layout.size == 0 ? 0.0 : std::sqrt(sum / static_cast<double>(layout.size));
}

}  // namespace

double root_mean_square(const RawLayout& layout, const at::Tensor& x) {
  const double sum = layout.device.is_cpu() ? raw_sum_of_squares(layout, x.const_data_ptr())
                                            : x.to(at::kDouble).square().sum().item<double>();
  return root_of_mean(sum, layout);
}

double scaled_error(const RawLayout& layout, const at::Tensor& low, const at::Tensor& high,
                    const at::Tensor& previous, double atol, double rtol) {
  if (layout.device.is_cpu()) {
    const double sum = raw_sum_of_errors(layout, low.const_data_ptr(), high.const_data_ptr(),
                                         previous.const_data_ptr(), atol, rtol);
    return root_of_mean(sum, layout);
  }
  const at::Tensor l = low.to(at::kDouble);
  const at::Tensor delta = l.abs().maximum(previous.to(at::kDouble).abs()).mul_(rtol).clamp_min_(atol);
  return root_of_mean(l.sub_(high.to(at::kDouble)).div_(delta).square().sum().item<double>(), layout);
}

}  // namespace ksampler
