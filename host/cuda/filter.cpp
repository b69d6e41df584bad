#include "host/cuda/filter.hpp"

#include "host/cuda/formula.hpp"
#include "host/cuda/lincomb.hpp"

#include <ks/filter.h>
#include <ks/runs.h>

#include <algorithm>
#include <array>
#include <vector>

namespace ksampler::cuda {
namespace {

// A matrix for all planes, or one for each.
struct Factor {
  const void* data;
  cpu::Element element = cpu::kFloat32;
  bool of_each = false;

  static Factor each(const plain::Planes& planes) { return {planes.data, planes.element, true}; }
};

// to = factor * a * b + added, plane by plane.
void multiply(Queue& queue, const plain::Planes& to, const Factor& a, const Factor& b,
              std::size_t inner, float factor = 1, const float* added = nullptr) {
  const auto& kernels = kernels_of<FormulaKernels>(queue.place().device);
  const ContextGuard guard(kernels.module.context());
  const auto narrow = [](std::size_t number) { return static_cast<std::uint32_t>(number); };
  ProductArguments product{.to = to.data,
                           .a = a.data,
                           .b = b.data,
                           .added = added,
                           .factor = factor,
                           .planes = narrow(to.count),
                           .rows = narrow(to.height),
                           .inner = narrow(inner),
                           .columns = narrow(to.width),
                           .a_of_each = a.of_each ? 1U : 0U,
                           .b_of_each = b.of_each ? 1U : 0U,
                           .to_element = to.element,
                           .a_element = a.element,
                           .b_element = b.element};
  void* parameters[] = {&product};
  kernels.module.launch(kernels.multiply, to.count * to.pixels(), queue.place().stream, parameters,
                        "launching a filter");
}

// bins *= gains, one plane of them for each `channels` planes.
void shape(Queue& queue, const plain::Planes& bins, const float* gains, std::size_t channels) {
  constexpr std::array kProduct = {ks_op{KS_OP_TERM, 0}, ks_op{KS_OP_TERM, 1},
                                   ks_op{KS_OP_MULTIPLY, 0}};
  const LatentShape latent{static_cast<std::int64_t>(bins.count / channels),
                           static_cast<std::int64_t>(channels), static_cast<std::int64_t>(bins.height),
                           static_cast<std::int64_t>(bins.width)};
  const std::array terms = {plain::Part{bins.data, cpu::kFloat32, KS_SHAPE_LATENT},
                            plain::Part{const_cast<float*>(gains), cpu::kFloat32, KS_SHAPE_PIXELS}};
  map(queue.place(), latent, terms[0], {kProduct, {}, terms});
}

// Planes of float32, one set after the other, in scratch memory.
plain::Planes set_of(float* scratch, std::size_t which, const plain::Planes& like) {
  return {scratch + which * like.count * like.pixels(), cpu::kFloat32, like.count, like.height,
          like.width};
}

}  // namespace

Filters::~Filters() {
  for (const auto& [key, data] : made_) queue_.free(data);
}

const float* Filters::matrix(FilterMatrix of, std::size_t rows, std::size_t columns, double sigma,
                             bool is_back) {
  // A sampler whose sigma changes with each step would keep one for each.
  constexpr std::size_t kKept = 64;
  const std::tuple key(of, rows, columns, sigma, is_back);
  if (const auto found = made_.find(key); found != made_.end()) return found->second;
  if (made_.size() >= kKept) {
    for (const auto& [old, data] : made_) queue_.free(data);  // in the stream's order: behind its use
    made_.clear();
  }
  std::vector<double> numbers = filter_matrix(of, rows, columns, sigma);
  if (is_back) numbers = transposed(numbers, rows, columns);
  const std::size_t bytes = numbers.size() * sizeof(float);
  auto* const data = static_cast<float*>(queue_.allocate(bytes));
  made_[key] = data;
  void* const target = data;
  try {
    queue_.upload({&target, 1}, bytes, [&](void* to) {
      std::transform(numbers.begin(), numbers.end(), static_cast<float*>(to),
                     [](double number) { return static_cast<float>(number); });
    });
  } catch (...) {
    made_.erase(key);
    queue_.free(data);
    throw;
  }
  return data;
}

void Filters::both_ways(const plain::Planes& dst, const plain::Planes& src, FilterMatrix of,
                        double sigma, float* half) {
  const float* const across = matrix(of, dst.width, src.width, sigma, true);
  const plain::Planes between{half, cpu::kFloat32, src.count, src.height, dst.width};
  multiply(queue_, between, Factor::each(src), {across}, src.width);
  multiply(queue_, dst, {matrix(of, dst.height, src.height, sigma, false)}, Factor::each(between),
           src.height);
}

void Filters::fourier(const plain::Planes& dst, const plain::Planes& src, const float* gains,
                      std::size_t channels, std::uint32_t transform) {
  if (transform == KS_FOURIER_DCT) return cosine_bins(dst, src, gains, channels);
  fourier_bins(dst, src, gains, channels);
}

void Filters::cosine_bins(const plain::Planes& dst, const plain::Planes& src, const float* gains,
                          std::size_t channels) {
  const std::size_t h = src.height;
  const std::size_t w = src.width;
  auto* const scratch =
      static_cast<float*>(queue_.scratch(2 * src.count * src.pixels() * sizeof(float)));
  const plain::Planes half = set_of(scratch, 0, src);
  const plain::Planes bins = set_of(scratch, 1, src);
  multiply(queue_, half, Factor::each(src), {matrix(FilterMatrix::dct, w, w, 0, true)}, w);
  multiply(queue_, bins, {matrix(FilterMatrix::dct, h, h, 0, false)}, Factor::each(half), h);
  shape(queue_, bins, gains, channels);
  multiply(queue_, half, Factor::each(bins), {matrix(FilterMatrix::dct, w, w, 0, false)}, w);
  multiply(queue_, dst, {matrix(FilterMatrix::dct, h, h, 0, true)}, Factor::each(half), h);
}

// As plain::Filters has it, product by product: exp(-i t) = cos t - i sin t one way, and its conjugate
// back.
void Filters::fourier_bins(const plain::Planes& dst, const plain::Planes& src, const float* gains,
                           std::size_t channels) {
  const std::size_t h = src.height;
  const std::size_t w = src.width;
  const Factor row_cos{matrix(FilterMatrix::cosines, h, h, 0, false)};
  const Factor row_sin{matrix(FilterMatrix::sines, h, h, 0, false)};
  const Factor column_cos{matrix(FilterMatrix::cosines, w, w, 0, false)};
  const Factor column_sin{matrix(FilterMatrix::sines, w, w, 0, false)};
  auto* const scratch =
      static_cast<float*>(queue_.scratch(5 * src.count * src.pixels() * sizeof(float)));
  const plain::Planes real = set_of(scratch, 0, src);
  const plain::Planes imaginary = set_of(scratch, 1, src);
  const plain::Planes real_bins = set_of(scratch, 2, src);
  const plain::Planes imaginary_bins = set_of(scratch, 3, src);
  const plain::Planes part = set_of(scratch, 4, src);
  auto* const sum = static_cast<float*>(part.data);
  // to = a * b + sign * c * d
  const auto two = [&](const plain::Planes& to, const Factor& a, const Factor& b, float sign,
                       const Factor& c, const Factor& d, std::size_t inner, float scale) {
    multiply(queue_, part, a, b, inner, scale);
    multiply(queue_, to, c, d, inner, sign * scale, sum);
  };
  multiply(queue_, real, Factor::each(src), column_cos, w);
  multiply(queue_, imaginary, Factor::each(src), column_sin, w, -1);
  two(real_bins, row_cos, Factor::each(real), 1, row_sin, Factor::each(imaginary), h, 1);
  two(imaginary_bins, row_cos, Factor::each(imaginary), -1, row_sin, Factor::each(real), h, 1);
  shape(queue_, real_bins, gains, channels);
  shape(queue_, imaginary_bins, gains, channels);
  two(real, row_cos, Factor::each(real_bins), -1, row_sin, Factor::each(imaginary_bins), h, 1);
  two(imaginary, row_cos, Factor::each(imaginary_bins), 1, row_sin, Factor::each(real_bins), h, 1);
  const auto scale = static_cast<float>(1.0 / static_cast<double>(h * w));
  two(dst, Factor::each(real), column_cos, -1, Factor::each(imaginary), column_sin, w, scale);
}

void Filters::blur(const plain::Planes& dst, const plain::Planes& src, double sigma) {
  if (sigma == 0.0) {
    constexpr float kOne = 1;
    const void* const term = src.data;
    return lincomb(queue_.place(), {dst.element, dst.count * dst.pixels()}, dst.data, {&kOne, 1},
                   {&term, 1});
  }
  both_ways(dst, src, FilterMatrix::blur, sigma,
            static_cast<float*>(queue_.scratch(src.count * src.pixels() * sizeof(float))));
}

void Filters::coarse(const plain::Planes& dst, const plain::Planes& src, std::size_t height,
                     std::size_t width) {
  // Both halves are at most as large as the whole.
  const std::size_t whole = src.count * src.pixels();
  auto* const scratch = static_cast<float*>(queue_.scratch(2 * whole * sizeof(float)));
  const plain::Planes means{scratch + whole, cpu::kFloat32, src.count, height, width};
  both_ways(means, src, FilterMatrix::area, 0, scratch);
  both_ways(dst, means, FilterMatrix::linear, 0, scratch);
}

void Filters::resize(const plain::Planes& dst, const plain::Planes& src, std::uint32_t how) {
  const FilterMatrix of = how == KS_RESIZE_AREA       ? FilterMatrix::area
                          : how == KS_RESIZE_BILINEAR ? FilterMatrix::linear
                                                      : FilterMatrix::spectral;
  both_ways(dst, src, of, 0,
            static_cast<float*>(queue_.scratch(src.count * src.height * dst.width * sizeof(float))));
}

}  // namespace ksampler::cuda
