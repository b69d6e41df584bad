// What works over the height and width of a latent (ks/filter.h), by LibTorch's operators on any
// device, none of which waits for it.
#ifndef KSAMPLER_TENSOR_FILTER_HPP
#define KSAMPLER_TENSOR_FILTER_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <utility>

namespace ksampler {

// The square matrices that filters multiply rows and columns with, for the lengths that were asked for.
// They are made once, in float32, on the device of what they are for.
class FilterMatrices {
 public:
  // Row k is the k-th basis function of the orthonormal DCT-II.
  const at::Tensor& dct(std::int64_t length, const at::Device& device);
  // Row i is the Gaussian around i, mirrored at the ends. REQUIRES: sigma > 0.
  const at::Tensor& blur(std::int64_t length, double sigma, const at::Device& device);
  // [length, of]: from the DCT's bins of `of` numbers to `length` numbers.
  const at::Tensor& spectral(std::int64_t length, std::int64_t of, const at::Device& device);

 private:
  std::map<std::pair<std::int64_t, double>, at::Tensor> made_;  // sigma -1: the DCT
  std::map<std::pair<std::int64_t, std::int64_t>, at::Tensor> sizes_;
};

// dst = src, each bin of its transform (KS_FOURIER_...) times its gain, [items, 1, height, width]. The
// first three: dst and src are latents of one shape, and may be one tensor.
void fourier(FilterMatrices& matrices, const at::Tensor& dst, const at::Tensor& src,
             const at::Tensor& gains, std::uint32_t transform);
void blur(FilterMatrices& matrices, const at::Tensor& dst, const at::Tensor& src, double sigma);
// REQUIRES: height and width are 1 or above, and no larger than the latent's.
void coarse(const at::Tensor& dst, const at::Tensor& src, std::int64_t height, std::int64_t width);
// dst = src at dst's height and width: KS_RESIZE_...
void resize(FilterMatrices& matrices, const at::Tensor& dst, const at::Tensor& src, std::uint32_t how);

}  // namespace ksampler

#endif
