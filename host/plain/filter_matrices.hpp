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

}  // namespace ksampler

#endif
