// The matrices that filters multiply the rows and columns of a plane with, row by row.
#ifndef KSAMPLER_PLAIN_FILTER_MATRICES_HPP
#define KSAMPLER_PLAIN_FILTER_MATRICES_HPP

#include <cstddef>
#include <vector>

namespace ksampler {

// Row k is the k-th basis function of the orthonormal DCT-II of `length` numbers.
std::vector<double> dct_matrix(std::size_t length);

// Row i is the Gaussian around i, mirrored at the ends. REQUIRES: sigma > 0.
std::vector<double> blur_matrix(std::size_t length, double sigma);

// [length, of]: by the DCT's bins of `of` numbers to `length` numbers; a constant stays one.
std::vector<double> spectral_matrix(std::size_t length, std::size_t of);

// [length, of]: the mean of the numbers that an area touches.
std::vector<double> area_matrix(std::size_t length, std::size_t of);

// [length, of]: linear between the centres of the cells.
std::vector<double> linear_matrix(std::size_t length, std::size_t of);

// cos and sin of 2 pi k i / length: the real part of the DFT, and the imaginary one with its sign
// changed.
std::vector<double> cosine_matrix(std::size_t length);
std::vector<double> sine_matrix(std::size_t length);

// From rows to columns: [columns, rows].
std::vector<double> transposed(const std::vector<double>& matrix, std::size_t rows,
                               std::size_t columns);

// One of these by its name. Square ones have `rows` rows; `sigma` is the blur's.
enum class FilterMatrix { dct, blur, spectral, area, linear, cosines, sines };
std::vector<double> filter_matrix(FilterMatrix of, std::size_t rows, std::size_t columns, double sigma);

}  // namespace ksampler

#endif
