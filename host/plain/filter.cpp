#include "host/plain/filter.hpp"

#include "host/plain/filter_matrices.hpp"
#include "host/plain/loops.hpp"

#include <ks/filter.h>
#include <ks/runs.h>

namespace ksampler::plain {
namespace {

// result[rows, columns] += sign * a[rows, inner] * b[inner, columns]
void add_product(std::vector<double>& result, const double* a, const double* b, std::size_t rows,
                 std::size_t inner, std::size_t columns, double sign = 1.0) {
  for (std::size_t r = 0; r < rows; ++r) {
    double* const to = result.data() + r * columns;
    for (std::size_t k = 0; k < inner; ++k) {
      const double factor = sign * a[r * inner + k];
      if (factor == 0.0) continue;  // matrices of means and of lines are nearly empty
      const double* const from = b + k * columns;
      for (std::size_t c = 0; c < columns; ++c) to[c] += factor * from[c];
    }
  }
}

// result[rows, columns] = a[rows, inner] * b[columns, inner]^T
void product_with_rows(std::vector<double>& result, const double* a, const double* b, std::size_t rows,
                       std::size_t inner, std::size_t columns, std::vector<double>& scratch) {
  scratch.resize(inner * columns);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t k = 0; k < inner; ++k) scratch[k * columns + c] = b[c * inner + k];
  }
  result.assign(rows * columns, 0.0);
  add_product(result, a, scratch.data(), rows, inner, columns);
}

std::byte* plane_at(const Planes& planes, std::size_t which) {
  return static_cast<std::byte*>(planes.data) +
         which * planes.pixels() * cpu::kElementBytes[planes.element];
}

void read(const Planes& planes, std::size_t which, std::vector<float>& narrow,
          std::vector<double>& plane) {
  narrow.resize(planes.pixels());
  convert(narrow.data(), cpu::kFloat32, plane_at(planes, which), planes.element, planes.pixels());
  plane.assign(narrow.begin(), narrow.end());
}

void write(const Planes& planes, std::size_t which, std::vector<float>& narrow,
           const std::vector<double>& plane) {
  narrow.assign(plane.begin(), plane.end());
  convert(plane_at(planes, which), planes.element, narrow.data(), cpu::kFloat32, planes.pixels());
}

}  // namespace

const Filters::Matrix& Filters::matrix(FilterMatrix of, std::size_t rows, std::size_t columns,
                                       double sigma, bool is_back) {
  // A sampler whose sigma changes with each step would keep one for each.
  constexpr std::size_t kKept = 64;
  if (made_.size() >= kKept && !made_.contains({of, rows, columns, sigma, is_back})) made_.clear();
  Matrix& made = made_[{of, rows, columns, sigma, is_back}];
  if (!made.empty()) return made;
  if (is_back) return made = transposed(filter_matrix(of, rows, columns, sigma), rows, columns);
  return made = filter_matrix(of, rows, columns, sigma);
}

void Filters::both_ways(const Planes& dst, const Planes& src, const Matrix& down,
                        const Matrix& across) {
  for (std::size_t p = 0; p < src.count; ++p) {
    read(src, p, narrow_, plane_);
    product_with_rows(half_, plane_.data(), across.data(), src.height, src.width, dst.width, scratch_);
    result_.assign(dst.pixels(), 0.0);
    add_product(result_, down.data(), half_.data(), dst.height, src.height, dst.width);
    write(dst, p, narrow_, result_);
  }
}

void Filters::fourier(const Planes& dst, const Planes& src, const float* gains, std::size_t channels,
                      std::uint32_t transform) {
  const std::size_t h = src.height;
  const std::size_t w = src.width;
  const auto shape_bins = [&](std::vector<double>& bins, std::size_t plane) {
    const float* const of = gains + plane / channels * src.pixels();
    for (std::size_t i = 0; i < bins.size(); ++i) bins[i] *= static_cast<double>(of[i]);
  };
  if (transform == KS_FOURIER_DCT) {
    // References stay: at most four matrices are asked for, and 64 kept.
    const Matrix &rows = matrix(FilterMatrix::dct, h, h), &columns = matrix(FilterMatrix::dct, w, w);
    const Matrix &rows_back = matrix(FilterMatrix::dct, h, h, 0, true),
                 &columns_back = matrix(FilterMatrix::dct, w, w, 0, true);
    for (std::size_t p = 0; p < src.count; ++p) {
      read(src, p, narrow_, plane_);
      product_with_rows(half_, plane_.data(), columns.data(), h, w, w, scratch_);
      result_.assign(h * w, 0.0);
      add_product(result_, rows.data(), half_.data(), h, h, w);
      shape_bins(result_, p);
      product_with_rows(half_, result_.data(), columns_back.data(), h, w, w, scratch_);
      result_.assign(h * w, 0.0);
      add_product(result_, rows_back.data(), half_.data(), h, h, w);
      write(dst, p, narrow_, result_);
    }
    return;
  }
  // exp(-i t) = cos t - i sin t one way, and its conjugate back. All four matrices are symmetric.
  const Matrix &row_cos = matrix(FilterMatrix::cosines, h, h),
               &row_sin = matrix(FilterMatrix::sines, h, h);
  const Matrix &column_cos = matrix(FilterMatrix::cosines, w, w),
               &column_sin = matrix(FilterMatrix::sines, w, w);
  const double scale = 1.0 / static_cast<double>(h * w);
  for (std::size_t p = 0; p < src.count; ++p) {
    read(src, p, narrow_, plane_);
    // Rows: real C, imaginary -S of the plane.
    half_.assign(h * w, 0.0);
    scratch_.assign(h * w, 0.0);
    add_product(half_, plane_.data(), column_cos.data(), h, w, w);
    add_product(scratch_, plane_.data(), column_sin.data(), h, w, w, -1.0);
    // Columns: (C - iS)(a + ib) = Ca + Sb + i(Cb - Sa)
    result_.assign(h * w, 0.0);
    imaginary_.assign(h * w, 0.0);
    add_product(result_, row_cos.data(), half_.data(), h, h, w);
    add_product(result_, row_sin.data(), scratch_.data(), h, h, w);
    add_product(imaginary_, row_cos.data(), scratch_.data(), h, h, w);
    add_product(imaginary_, row_sin.data(), half_.data(), h, h, w, -1.0);
    shape_bins(result_, p);
    shape_bins(imaginary_, p);
    // Back: (C + iS)(a + ib) = Ca - Sb + i(Cb + Sa), of which the real part is wanted in the end.
    half_.assign(h * w, 0.0);
    scratch_.assign(h * w, 0.0);
    add_product(half_, row_cos.data(), result_.data(), h, h, w);
    add_product(half_, row_sin.data(), imaginary_.data(), h, h, w, -1.0);
    add_product(scratch_, row_cos.data(), imaginary_.data(), h, h, w);
    add_product(scratch_, row_sin.data(), result_.data(), h, h, w);
    plane_.assign(h * w, 0.0);
    add_product(plane_, half_.data(), column_cos.data(), h, w, w);
    add_product(plane_, scratch_.data(), column_sin.data(), h, w, w, -1.0);
    for (double& value : plane_) value *= scale;
    write(dst, p, narrow_, plane_);
  }
}

void Filters::blur(const Planes& dst, const Planes& src, double sigma) {
  if (sigma == 0.0) {
    if (dst.data != src.data) {
      convert(dst.data, dst.element, src.data, src.element, src.count * src.pixels());
    }
    return;
  }
  const Matrix down = matrix(FilterMatrix::blur, src.height, src.height, sigma);
  both_ways(dst, src, down, matrix(FilterMatrix::blur, src.width, src.width, sigma));
}

void Filters::coarse(const Planes& dst, const Planes& src, std::size_t height, std::size_t width) {
  std::vector<float> means(src.count * height * width);
  const Planes small{means.data(), cpu::kFloat32, src.count, height, width};
  resize(small, src, KS_RESIZE_AREA);
  resize(dst, small, KS_RESIZE_BILINEAR);
}

void Filters::resize(const Planes& dst, const Planes& src, std::uint32_t how) {
  const FilterMatrix of = how == KS_RESIZE_AREA       ? FilterMatrix::area
                          : how == KS_RESIZE_BILINEAR ? FilterMatrix::linear
                                                      : FilterMatrix::spectral;
  const Matrix down = matrix(of, dst.height, src.height);
  both_ways(dst, src, down, matrix(of, dst.width, src.width));
}

}  // namespace ksampler::plain
