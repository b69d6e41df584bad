// Spherical linear interpolation (Shoemake 1985) between neighbouring pixels, a side at a time:
//   omega = acos(a . b)                                    of the unit vectors a, b
//   slerp = (sin((1 - r) omega) a + sin(r omega) b) / sin(omega)
// times the length that lies between theirs, (1 - r) |a| + r |b|.
#include "host/pictures/resize.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/acos.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/linalg_vector_norm.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/where.h>

#include <algorithm>
#include <cmath>

namespace ksampler {
namespace {

// Beyond it the circle is too short, or of no certain direction.
constexpr double kParallel = 1.0 - 1e-5;

// For each new cell: the old cells before and after its middle, and how far it lies between them.
struct Neighbours {
  std::vector<std::int64_t> before, after;
  std::vector<float> ratio;
};

Neighbours neighbours(std::int64_t old_length, std::int64_t new_length) {
  Neighbours all;
  const float scale = static_cast<float>(old_length) / static_cast<float>(new_length);
  for (std::int64_t i = 0; i < new_length; ++i) {
    const float middle = std::clamp((static_cast<float>(i) + 0.5f) * scale - 0.5f, 0.0f,
                                    static_cast<float>(old_length - 1));
    const float before = std::floor(middle);
    all.before.push_back(static_cast<std::int64_t>(before));
    all.after.push_back(std::min(static_cast<std::int64_t>(before) + 1, old_length - 1));
    all.ratio.push_back(middle - before);
  }
  return all;
}

at::Tensor unit(const at::Tensor& vectors, const at::Tensor& lengths) {
  return at::where(lengths == 0, at::zeros_like(vectors), vectors / lengths);
}

// Between vectors along dimension 1. `r` is broadcast.
at::Tensor slerp(const at::Tensor& a, const at::Tensor& b, const at::Tensor& r) {
  const at::Tensor length_a = at::linalg_vector_norm(a, 2, 1, /*keepdim=*/true);
  const at::Tensor length_b = at::linalg_vector_norm(b, 2, 1, /*keepdim=*/true);
  const at::Tensor unit_a = unit(a, length_a);
  const at::Tensor unit_b = unit(b, length_b);
  const at::Tensor dot = (unit_a * unit_b).sum(1, /*keepdim=*/true);
  const at::Tensor omega = at::acos(dot);
  const at::Tensor turned =
      (at::sin((1.0 - r) * omega) * unit_a + at::sin(r * omega) * unit_b) / at::sin(omega);
  const at::Tensor result = turned * (length_a * (1.0 - r) + length_b * r);
  const at::Tensor opposite = a * (1.0 - r) + b * r;
  return at::where(dot > kParallel, a, at::where(dot < -kParallel, opposite, result));
}

at::Tensor along(const at::Tensor& input, std::int64_t dim, std::int64_t new_length) {
  Neighbours cells = neighbours(input.size(dim), new_length);
  const auto index = [&](std::vector<std::int64_t>& of) {
    return at::from_blob(of.data(), {new_length}, at::TensorOptions(at::kLong));
  };
  const at::Tensor ratio =
      at::from_blob(cells.ratio.data(), {new_length}, at::TensorOptions(at::kFloat))
          .view(dim == 3 ? at::IntArrayRef({1, 1, 1, new_length})
                         : at::IntArrayRef({1, 1, new_length, 1}));
  return slerp(input.index_select(dim, index(cells.before)),
               input.index_select(dim, index(cells.after)), ratio);
}

}  // namespace

at::Tensor bislerp(const at::Tensor& input, Size size) {
  return along(along(input.to(at::kFloat), 3, size.width), 2, size.height);
}

}  // namespace ksampler
