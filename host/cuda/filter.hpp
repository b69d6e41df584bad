// What works over the height and width of a latent, plane by plane on a CUDA device, as plain::Filters
// does in main memory: products with matrices, which nothing waits for.
#ifndef KSAMPLER_CUDA_FILTER_HPP
#define KSAMPLER_CUDA_FILTER_HPP

#include "host/cuda/queue.hpp"
#include "host/plain/filter.hpp"
#include "host/plain/filter_matrices.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <tuple>

namespace ksampler::cuda {

// What the kernel gets by value, as planes.cu declares it.
struct ProductArguments {
  void* to;
  const void* a;
  const void* b;
  const float* added;
  float factor;
  std::uint32_t planes, rows, inner, columns;
  std::uint32_t a_of_each, b_of_each;
  std::uint32_t to_element, a_element, b_element;
};

// Keeps the matrices that were asked for, on the device. Planes are there, too, and of fewer numbers
// than can_map has. All functions throw Error where the driver refuses. Thread rule: as its queue.
class Filters {
 public:
  // `queue` outlives it.
  explicit Filters(Queue& queue) : queue_(queue) {}
  ~Filters();
  Filters(const Filters&) = delete;
  Filters& operator=(const Filters&) = delete;

  // As plain::Filters has them.
  void fourier(const plain::Planes& dst, const plain::Planes& src, const float* gains,
               std::size_t channels, std::uint32_t transform);
  void blur(const plain::Planes& dst, const plain::Planes& src, double sigma);
  void coarse(const plain::Planes& dst, const plain::Planes& src, std::size_t height,
              std::size_t width);
  void resize(const plain::Planes& dst, const plain::Planes& src, std::uint32_t how);

 private:
  // Float32, row by row; `is_back`: with its rows as columns.
  const float* matrix(FilterMatrix of, std::size_t rows, std::size_t columns, double sigma,
                      bool is_back);
  void both_ways(const plain::Planes& dst, const plain::Planes& src, FilterMatrix of, double sigma,
                 float* half);
  void cosine_bins(const plain::Planes& dst, const plain::Planes& src, const float* gains,
                   std::size_t channels);
  void fourier_bins(const plain::Planes& dst, const plain::Planes& src, const float* gains,
                    std::size_t channels);

  Queue& queue_;
  std::map<std::tuple<FilterMatrix, std::size_t, std::size_t, double, bool>, float*> made_;
};

}  // namespace ksampler::cuda

#endif
