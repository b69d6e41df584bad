// Small matrices for the toy host's filters: each is for the rows of a plane, or for its columns.
#ifndef KSAMPLER_CONFORMANCE_TOY_MATRIX_HPP
#define KSAMPLER_CONFORMANCE_TOY_MATRIX_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace ksampler::toy {

// Row by row.
template <typename T>
struct Matrix {
  Matrix(std::size_t rows_, std::size_t columns_)
      : rows(rows_), columns(columns_), values(rows_ * columns_) {}
  T& at(std::size_t row, std::size_t column) { return values[row * columns + column]; }
  const T& at(std::size_t row, std::size_t column) const { return values[row * columns + column]; }

  std::size_t rows;
  std::size_t columns;
  std::vector<T> values;
};

// down * plane * across^T
template <typename T>
std::vector<T> multiplied(const std::vector<T>& plane, const Matrix<T>& down, const Matrix<T>& across) {
  std::vector<T> half(down.columns * across.rows);
  for (std::size_t r = 0; r < down.columns; ++r) {
    for (std::size_t k = 0; k < across.rows; ++k) {
      for (std::size_t i = 0; i < across.columns; ++i) {
        half[r * across.rows + k] += across.at(k, i) * plane[r * across.columns + i];
      }
    }
  }
  std::vector<T> result(down.rows * across.rows);
  for (std::size_t k = 0; k < down.rows; ++k) {
    for (std::size_t r = 0; r < down.columns; ++r) {
      for (std::size_t c = 0; c < across.rows; ++c) {
        result[k * across.rows + c] += down.at(k, r) * half[r * across.rows + c];
      }
    }
  }
  return result;
}

// The orthonormal DCT-II of n numbers, or its inverse.
inline Matrix<double> cosine_matrix(std::size_t n, bool inverse) {
  Matrix<double> matrix(n, n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      const double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / static_cast<double>(n));
      const double value = scale * std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) *
                                            static_cast<double>(k) / static_cast<double>(n));
      (inverse ? matrix.at(i, k) : matrix.at(k, i)) = value;
    }
  }
  return matrix;
}

// From n numbers to m: the mean of those that an area touches.
inline Matrix<double> area_matrix(std::size_t m, std::size_t n) {
  Matrix<double> matrix(m, n);
  for (std::size_t area = 0; area < m; ++area) {
    const std::size_t begin = area * n / m;
    const std::size_t end = ((area + 1) * n + m - 1) / m;
    for (std::size_t i = begin; i < end; ++i) matrix.at(area, i) = 1 / static_cast<double>(end - begin);
  }
  return matrix;
}

// Linear between the middles of the cells.
inline Matrix<double> linear_matrix(std::size_t m, std::size_t n) {
  Matrix<double> matrix(m, n);
  for (std::size_t i = 0; i < m; ++i) {
    const double place =
        (static_cast<double>(i) + 0.5) * static_cast<double>(n) / static_cast<double>(m) - 0.5;
    const double inside = std::clamp(place, 0.0, static_cast<double>(n - 1));
    const auto below = static_cast<std::size_t>(inside);
    const double share = inside - static_cast<double>(below);
    matrix.at(i, below) += 1 - share;
    matrix.at(i, std::min(below + 1, n - 1)) += share;
  }
  return matrix;
}

}  // namespace ksampler::toy

#endif
