#include "host/plain/filter_matrices.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ksampler {
namespace {

// Where a place beyond the ends lies, if what is between them goes on mirrored, the ends twice.
std::size_t mirrored(std::ptrdiff_t place, std::size_t length) {
  const auto n = static_cast<std::ptrdiff_t>(length);
  const std::ptrdiff_t round = 2 * n;
  const std::ptrdiff_t at = (place % round + round) % round;
  return static_cast<std::size_t>(at < n ? at : round - 1 - at);
}

// cos or sin of 2 pi k i / n.
std::vector<double> turns(std::size_t n, double (*of)(double)) {
  std::vector<double> result(n * n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      result[k * n + i] =
          of(2 * std::numbers::pi * static_cast<double>(k * i % n) / static_cast<double>(n));
    }
  }
  return result;
}

}  // namespace

std::vector<double> dct_matrix(std::size_t length) {
  std::vector<double> numbers(length * length);
  const auto n = static_cast<double>(length);
  for (std::size_t k = 0; k < length; ++k) {
    for (std::size_t i = 0; i < length; ++i) {
      numbers[k * length + i] =
          std::sqrt((k == 0 ? 1.0 : 2.0) / n) *
          std::cos(std::numbers::pi * (static_cast<double>(i) + 0.5) * static_cast<double>(k) / n);
    }
  }
  return numbers;
}

std::vector<double> blur_matrix(std::size_t length, double sigma) {
  std::vector<double> numbers(length * length);
  const auto reach =
      static_cast<std::ptrdiff_t>(std::ceil(6 * sigma)) + 1;  // beyond: 1e-8 of the middle
  std::vector<double> weights;
  double whole = 0;
  for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
    const double far = static_cast<double>(k) / sigma;
    weights.push_back(std::exp(-far * far / 2));
    whole += weights.back();
  }
  for (std::size_t i = 0; i < length; ++i) {
    for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
      numbers[i * length + mirrored(static_cast<std::ptrdiff_t>(i) + k, length)] +=
          weights[static_cast<std::size_t>(k + reach)] / whole;
    }
  }
  return numbers;
}

std::vector<double> spectral_matrix(std::size_t length, std::size_t of) {
  std::vector<double> numbers(length * of);
  const std::vector<double> to = dct_matrix(length);
  const std::vector<double> from = dct_matrix(of);
  // What keeps a constant: its first bin is as large as the root of the length.
  const double scale = std::sqrt(static_cast<double>(length) / static_cast<double>(of));
  for (std::size_t k = 0; k < std::min(length, of); ++k) {
    for (std::size_t i = 0; i < length; ++i) {
      for (std::size_t j = 0; j < of; ++j) {
        numbers[i * of + j] += scale * to[k * length + i] * from[k * of + j];
      }
    }
  }
  return numbers;
}

std::vector<double> area_matrix(std::size_t length, std::size_t of) {
  std::vector<double> numbers(length * of);
  for (std::size_t area = 0; area < length; ++area) {
    const std::size_t begin = area * of / length;
    const std::size_t end = ((area + 1) * of + length - 1) / length;
    for (std::size_t i = begin; i < end; ++i) {
      numbers[area * of + i] = 1.0 / static_cast<double>(end - begin);
    }
  }
  return numbers;
}

std::vector<double> linear_matrix(std::size_t length, std::size_t of) {
  std::vector<double> numbers(length * of);
  const double scale = static_cast<double>(of) / static_cast<double>(length);
  for (std::size_t i = 0; i < length; ++i) {
    const double place = (static_cast<double>(i) + 0.5) * scale - 0.5;
    const double inside = std::clamp(place, 0.0, static_cast<double>(of - 1));
    const auto below = static_cast<std::size_t>(inside);
    const double share = inside - static_cast<double>(below);
    numbers[i * of + below] += 1.0 - share;
    numbers[i * of + std::min(below + 1, of - 1)] += share;
  }
  return numbers;
}

std::vector<double> cosine_matrix(std::size_t length) { return turns(length, &std::cos); }
std::vector<double> sine_matrix(std::size_t length) { return turns(length, &std::sin); }

std::vector<double> transposed(const std::vector<double>& matrix, std::size_t rows,
                               std::size_t columns) {
  std::vector<double> result(rows * columns);
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) result[c * rows + r] = matrix[r * columns + c];
  }
  return result;
}

std::vector<double> filter_matrix(FilterMatrix of, std::size_t rows, std::size_t columns,
                                  double sigma) {
  switch (of) {
    case FilterMatrix::dct:
      return dct_matrix(rows);
    case FilterMatrix::blur:
      return blur_matrix(rows, sigma);
    case FilterMatrix::spectral:
      return spectral_matrix(rows, columns);
    case FilterMatrix::area:
      return area_matrix(rows, columns);
    case FilterMatrix::linear:
      return linear_matrix(rows, columns);
    case FilterMatrix::cosines:
      return cosine_matrix(rows);
    default:
      return sine_matrix(rows);
  }
}

}  // namespace ksampler
