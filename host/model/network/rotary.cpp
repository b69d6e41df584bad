#include "host/model/network/rotary.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/complex.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/exp.h>
#include <ATen/ops/full.h>
#include <ATen/ops/meshgrid.h>
#include <ATen/ops/sin.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/view_as_complex.h>
#include <ATen/ops/view_as_real.h>

#include <cmath>
#include <numeric>

namespace ksampler {

at::Tensor rotary_turns(const at::Tensor& positions, at::IntArrayRef widths, double theta) {
  const at::TensorOptions wide = positions.options().dtype(at::kDouble);
  std::vector<at::Tensor> angles;
  for (std::size_t axis = 0; axis < widths.size(); ++axis) {
    const auto width = static_cast<double>(widths[axis]);
    const at::Tensor pairs = at::arange(0, widths[axis], 2, wide);
    const at::Tensor frequencies = at::exp(pairs * (-std::log(theta) / width));
    angles.push_back(positions.select(1, static_cast<std::int64_t>(axis)).to(wide).unsqueeze(1) *
                     frequencies);
  }
  const at::Tensor all = at::cat(angles, 1);
  return at::complex(at::cos(all).to(at::kFloat), at::sin(all).to(at::kFloat));
}

at::Tensor turned(const at::Tensor& x, const at::Tensor& turns) {
  const at::Tensor pairs = x.to(at::kFloat).contiguous().unflatten(-1, {-1, 2});
  return at::view_as_real(at::view_as_complex(pairs) * turns).flatten(-2).to(x.scalar_type());
}

at::Tensor turned_halves(const at::Tensor& x, const at::Tensor& turns) {
  const at::Tensor pairs = x.to(at::kFloat).unflatten(-1, {2, -1}).transpose(-2, -1).contiguous();
  const at::Tensor made = at::view_as_real(at::view_as_complex(pairs) * turns);
  return made.transpose(-2, -1).flatten(-2).to(x.scalar_type());
}

at::Tensor grid_positions(double first, std::int64_t height, std::int64_t width, at::Device device,
                          double top, double left) {
  const auto options = at::TensorOptions(at::kFloat).device(device);
  const std::vector<at::Tensor> grid =
      at::meshgrid({at::arange(height, options) + top, at::arange(width, options) + left}, "ij");
  return at::stack({at::full({height * width}, first, options), grid[0].flatten(), grid[1].flatten()},
                   1);
}

std::vector<std::int64_t> axis_widths(std::int64_t head_width, at::IntArrayRef shares) {
  const std::int64_t sum = std::accumulate(shares.begin(), shares.end(), std::int64_t{0});
  std::vector<std::int64_t> widths;
  for (const std::int64_t share : shares) widths.push_back(share * head_width / sum);
  return widths;
}

}  // namespace ksampler
