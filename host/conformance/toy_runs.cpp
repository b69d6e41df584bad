// Runs inside of a run in the toy host: by Heun's method, whatever sampler is named. And planes at
// another size, by their definitions, in float64.
#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_matrix.hpp"
#include "host/plugin/calls.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ksampler::toy {
namespace {

// By the frequencies that both have.
Matrix<double> spectral_matrix(std::size_t m, std::size_t n) {
  const Matrix<double> to = cosine_matrix(m, false);
  const Matrix<double> from = cosine_matrix(n, false);
  Matrix<double> matrix(m, n);
  for (std::size_t i = 0; i < m; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < std::min(m, n); ++k) matrix.at(i, j) += to.at(k, i) * from.at(k, j);
      matrix.at(i, j) *= std::sqrt(static_cast<double>(m) / static_cast<double>(n));
    }
  }
  return matrix;
}

Matrix<double> resizing_matrix(std::uint32_t how, std::size_t m, std::size_t n) {
  if (how == KS_RESIZE_AREA) return area_matrix(m, n);
  return how == KS_RESIZE_BILINEAR ? linear_matrix(m, n) : spectral_matrix(m, n);
}

}  // namespace

// One step by Heun's method, and by Euler's to 0.
ks_status Host::step_by_heun(const ks_run* run, ks_tensor* noisy, ks_tensor* denoised,
                             const ks_step& step, double sigma_next) {
  ks_status status = run->denoise(run, noisy, step.sigma, denoised);
  if (status == KS_OK) status = run->step(run, &step);
  if (status != KS_OK) return status;
  if (sigma_next == 0) {
    noisy->values = denoised->values;
    return KS_OK;
  }
  const Vector from = noisy->values;
  Vector slope(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    slope[i] = (from[i] - denoised->values[i]) / step.sigma;
    noisy->values[i] = from[i] + (sigma_next - step.sigma) * slope[i];
  }
  status = run->denoise(run, noisy, sigma_next, denoised);
  if (status != KS_OK) return status;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const double second = (noisy->values[i] - denoised->values[i]) / sigma_next;
    noisy->values[i] = from[i] + (sigma_next - step.sigma) * (slope[i] + second) / 2;
  }
  noisy->values = stored(std::move(noisy->values));
  return KS_OK;
}

struct Host::RunsCalls {
  static ks_status sample(const ks_run* run, ks_tensor* x, const double* given, std::uint32_t count,
                          std::uint32_t step, std::uint32_t steps) {
    Host& host = in_extension(run);
    if (host.info_ == nullptr || !KS_HAS(ks_sampler_info, host.info_, inside) ||
        host.info_->inside == nullptr) {
      host.message = "a sampler inside, and none is declared";
      return host.failed(KS_UNSUPPORTED);
    }
    if (!host.knows_sized(x)) return host.refuse("sample of an unknown tensor");
    if (given == nullptr || count < 2) return host.refuse("sample over fewer than 2 sigmas");
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!std::isfinite(given[i]) || given[i] < 0)
        return host.refuse("sample at a sigma that is no number");
      if (given[i] == 0 && i + 1 < count) return host.refuse("sample from sigma 0");
    }
    ks_tensor* const denoised = host.hold(x->values);
    denoised->shape = x->shape;
    denoised->height = x->height;
    denoised->width = x->width;
    const Vector levels(given, given + count);
    ks_status status = KS_OK;
    for (std::uint32_t i = 0; i + 1 < count && status == KS_OK; ++i) {
      if (levels[i] == levels[i + 1]) continue;
      const std::uint32_t index = std::min(step + i * steps / (count - 1), run->steps - 1);
      const ks_step report{sizeof(ks_step), index, levels[i], x, denoised};
      status = host.step_by_heun(run, x, denoised, report, levels[i + 1]);
    }
    host.let_go(denoised);
    return status;
  }

  static ks_status create(const ks_run* run, std::uint32_t height, std::uint32_t width,
                          ks_tensor** tensor) {
    Host& host = in_extension(run);
    if (tensor == nullptr) return host.refuse("create without a place for the tensor");
    constexpr std::uint32_t kMost = 4096;
    if (height < 1 || width < 1 || height > kMost || width > kMost) {
      return host.refuse("create of a height or width that is not in 1 to 4096");
    }
    if (height == host.height && width == host.width()) {
      return host.make_tensor(KS_SHAPE_LATENT, host.x.size(), tensor);
    }
    ks_tensor like;
    like.shape = ks_tensor::sized;
    like.height = height;
    like.width = width;
    return host.make_tensor(like, std::size_t{host.items} * host.channels * height * width, tensor);
  }

  static ks_status resize(const ks_run* run, ks_tensor* dst, const ks_tensor* src, std::uint32_t how) {
    Host& host = in_extension(run);
    if (!host.knows_sized(dst) || !host.knows_sized(src))
      return host.refuse("resize of an unknown tensor");
    if (how > KS_RESIZE_SPECTRAL) return host.refuse("resize in an unknown way");
    if (dst == src) return host.refuse("resize in place");
    const auto [height, width] = host.size_in_cells(*dst);
    const auto [from_height, from_width] = host.size_in_cells(*src);
    const Matrix<double> down = resizing_matrix(how, height, from_height);
    const Matrix<double> across = resizing_matrix(how, width, from_width);
    Vector all;
    for (std::size_t plane = 0; plane < std::size_t{host.items} * host.channels; ++plane) {
      const auto begin =
          src->values.begin() + static_cast<std::ptrdiff_t>(plane * from_height * from_width);
      const Vector made = multiplied(
          Vector(begin, begin + static_cast<std::ptrdiff_t>(from_height * from_width)), down, across);
      all.insert(all.end(), made.begin(), made.end());
    }
    dst->values = host.stored(std::move(all));
    return KS_OK;
  }
};

std::pair<std::size_t, std::size_t> Host::size_in_cells(const ks_tensor& tensor) const {
  if (tensor.shape == ks_tensor::sized) return {tensor.height, tensor.width};
  return {height, width()};
}

void Host::set_runs() {
  runs_ = {};
  runs_.size = sizeof runs_;
  calls::set_functions<RunsCalls>(runs_);
}

}  // namespace ksampler::toy
