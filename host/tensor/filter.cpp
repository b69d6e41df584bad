#include "host/tensor/filter.hpp"

#include "host/plain/filter_matrices.hpp"

#include <ks/filter.h>
#include <ks/runs.h>

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <vector>

namespace ksampler {
namespace {

at::Tensor on_device(const std::vector<double>& numbers, std::int64_t rows, std::int64_t columns,
                     const at::Device& device) {
  const at::Tensor matrix =
      at::from_blob(const_cast<double*>(numbers.data()), {rows, columns}, at::kDouble);
  return matrix.to(at::kFloat).to(device);  // the first makes a copy
}

// Multiplies the columns of each plane with `rows`, and its rows with `columns`: each plane by itself,
// so that an item's bits do not depend on its batch.
at::Tensor both_ways(const at::Tensor& latent, const at::Tensor& rows, const at::Tensor& columns) {
  const at::Tensor planes = latent.reshape({-1, latent.size(2), latent.size(3)});
  const std::int64_t count = planes.size(0);
  const auto each = [count](const at::Tensor& matrix) {
    return matrix.expand({count, matrix.size(0), matrix.size(1)});
  };
  return at::bmm(at::bmm(each(rows), planes), each(columns.t()))
      .reshape({latent.size(0), latent.size(1), rows.size(0), columns.size(0)});
}

}  // namespace

const at::Tensor& FilterMatrices::dct(std::int64_t length, const at::Device& device) {
  at::Tensor& matrix = made_[{length, -1.0}];
  if (matrix.defined()) return matrix;
  return matrix = on_device(dct_matrix(static_cast<std::size_t>(length)), length, length, device);
}

const at::Tensor& FilterMatrices::blur(std::int64_t length, double sigma, const at::Device& device) {
  // A sampler whose sigma changes with each step would keep one for each.
  constexpr std::size_t kKept = 64;
  if (made_.size() >= kKept && !made_.contains({length, sigma})) made_.clear();
  at::Tensor& matrix = made_[{length, sigma}];
  if (matrix.defined()) return matrix;
  return matrix =
             on_device(blur_matrix(static_cast<std::size_t>(length), sigma), length, length, device);
}

const at::Tensor& FilterMatrices::spectral(std::int64_t length, std::int64_t of,
                                           const at::Device& device) {
  at::Tensor& matrix = sizes_[{length, of}];
  if (matrix.defined()) return matrix;
  return matrix =
             on_device(spectral_matrix(static_cast<std::size_t>(length), static_cast<std::size_t>(of)),
                       length, of, device);
}

void fourier(FilterMatrices& matrices, const at::Tensor& dst, const at::Tensor& src,
             const at::Tensor& gains, std::uint32_t transform) {
  const at::Tensor planes = src.to(at::kFloat);
  if (transform == KS_FOURIER_DFT) {
    at::Tensor bins = at::fft_fft2(planes);
    bins.mul_(gains);
    dst.copy_(at::real(at::fft_ifft2(bins)));
    return;
  }
  const at::Tensor rows = matrices.dct(src.size(2), src.device());
  const at::Tensor columns = matrices.dct(src.size(3), src.device());
  at::Tensor bins = both_ways(planes, rows, columns);
  bins.mul_(gains);
  dst.copy_(both_ways(bins, rows.t(), columns.t()));
}

void blur(FilterMatrices& matrices, const at::Tensor& dst, const at::Tensor& src, double sigma) {
  if (sigma == 0.0) {
    if (!dst.is_same(src)) dst.copy_(src);
    return;
  }
  const at::Tensor rows = matrices.blur(src.size(2), sigma, src.device());
  const at::Tensor columns = matrices.blur(src.size(3), sigma, src.device());
  dst.copy_(both_ways(src.to(at::kFloat), rows, columns));
}

void coarse(const at::Tensor& dst, const at::Tensor& src, std::int64_t height, std::int64_t width) {
  const at::Tensor means = at::adaptive_avg_pool2d(src.to(at::kFloat), {height, width});
  dst.copy_(at::upsample_bilinear2d(means, {src.size(2), src.size(3)}, /*align_corners=*/false));
}

void resize(FilterMatrices& matrices, const at::Tensor& dst, const at::Tensor& src, std::uint32_t how) {
  const std::int64_t height = dst.size(2);
  const std::int64_t width = dst.size(3);
  const at::Tensor planes = src.to(at::kFloat);
  if (how == KS_RESIZE_AREA) {
    dst.copy_(at::adaptive_avg_pool2d(planes, {height, width}));
  } else if (how == KS_RESIZE_BILINEAR) {
    dst.copy_(at::upsample_bilinear2d(planes, {height, width}, /*align_corners=*/false));
  } else {
    const at::Tensor rows = matrices.spectral(height, src.size(2), src.device());
    const at::Tensor columns = matrices.spectral(width, src.size(3), src.device());
    dst.copy_(both_ways(planes, rows, columns));
  }
}

}  // namespace ksampler
