// What works over the height and width of a latent (ks/filter.h, and resize of ks/runs.h), plane by
// plane in main memory. Every filter is a matrix for the rows and one for the columns, in float64: the
// values do not depend on the batch, or on the machine.
#ifndef KSAMPLER_PLAIN_FILTER_HPP
#define KSAMPLER_PLAIN_FILTER_HPP

#include "host/plain/cpu/kernels.hpp"
#include "host/plain/filter_matrices.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

namespace ksampler::plain {

// Planes of one size, one after the other.
struct Planes {
  void* data = nullptr;
  cpu::Element element = cpu::kFloat32;
  std::size_t count = 0, height = 0, width = 0;

  std::size_t pixels() const { return height * width; }
};

// Keeps the matrices that were asked for. Thread rule: one thread at a time.
class Filters {
 public:
  // dst and src are of one size, and may be one tensor. `gains`: [items, 1, height, width], float32,
  // one plane for each `channels` planes.
  void fourier(const Planes& dst, const Planes& src, const float* gains, std::size_t channels,
               std::uint32_t transform);
  void blur(const Planes& dst, const Planes& src, double sigma);
  void coarse(const Planes& dst, const Planes& src, std::size_t height, std::size_t width);
  // dst = src at dst's height and width: KS_RESIZE_... REQUIRES: dst is not src.
  void resize(const Planes& dst, const Planes& src, std::uint32_t how);

 private:
  using Matrix = std::vector<double>;
  // `is_back`: with its rows as columns.
  const Matrix& matrix(FilterMatrix of, std::size_t rows, std::size_t columns, double sigma = 0,
                       bool is_back = false);

  // dst = down * src * across^T, plane by plane.
  void both_ways(const Planes& dst, const Planes& src, const Matrix& down, const Matrix& across);

  std::map<std::tuple<FilterMatrix, std::size_t, std::size_t, double, bool>, Matrix> made_;
  std::vector<double> plane_, half_, result_, imaginary_, scratch_;  // kept: a step allocates nothing
  std::vector<float> narrow_;
};

}  // namespace ksampler::plain

#endif
