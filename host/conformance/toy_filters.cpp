// The filters of ks_filters in the toy host, by their definitions, in float64: each is a matrix for the
// rows of a plane, and one for its columns.
#include "host/conformance/toy_host.hpp"
#include "host/conformance/toy_matrix.hpp"
#include "host/plugin/calls.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

namespace ksampler::toy {
namespace {

using std::numbers::pi;
using Complex = std::complex<double>;

Matrix<Complex> fourier_matrix(std::size_t n, bool inverse) {
  Matrix<Complex> matrix(n, n);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      const double turn = 2 * pi * static_cast<double>(k * i % n) / static_cast<double>(n);
      matrix.at(k, i) =
          std::polar(inverse ? 1.0 / static_cast<double>(n) : 1.0, inverse ? turn : -turn);
    }
  }
  return matrix;
}

Matrix<double> blur_matrix(std::size_t n, double sigma) {
  Matrix<double> matrix(n, n);
  const auto length = static_cast<std::ptrdiff_t>(n);
  const auto mirrored = [length](std::ptrdiff_t i) {
    const std::ptrdiff_t at = ((i % (2 * length)) + 2 * length) % (2 * length);
    return static_cast<std::size_t>(at < length ? at : 2 * length - 1 - at);
  };
  const auto reach = sigma == 0 ? 0 : static_cast<std::ptrdiff_t>(std::ceil(6 * sigma)) + 1;
  double whole = 0;
  for (std::ptrdiff_t k = -reach; k <= reach; ++k) {
    const double far = sigma == 0 ? 0 : static_cast<double>(k) / sigma;
    const double weight = std::exp(-far * far / 2);
    whole += weight;
    for (std::ptrdiff_t i = 0; i < length; ++i) {
      matrix.at(static_cast<std::size_t>(i), mirrored(i + k)) += weight;
    }
  }
  for (double& value : matrix.values) value /= whole;
  return matrix;
}

}  // namespace

struct Host::FilterCalls {
  static ks_status fill(const ks_run* run, ks_tensor* dst, const double* numbers, std::uint32_t count) {
    Host& host = in_extension(run);
    if (!host.knows_part(dst)) return host.refuse("fill of an unknown tensor");
    const std::size_t all = dst->values.size();
    if (numbers == nullptr || (count != all && count * std::size_t{host.items} != all)) {
      return host.refuse("fill with as many numbers as neither the tensor nor an item of it has");
    }
    for (std::uint32_t i = 0; i < count; ++i) {
      if (!std::isfinite(static_cast<float>(numbers[i]))) {
        return host.refuse("fill with a number that is not finite in float32");
      }
    }
    for (std::size_t i = 0; i < all; ++i) dst->values[i] = numbers[i % count];
    if (dst->shape == KS_SHAPE_LATENT) dst->values = host.stored(std::move(dst->values));
    return KS_OK;
  }

  static ks_status fourier(const ks_run* run, ks_tensor* dst, const ks_tensor* src,
                           const ks_tensor* gains, std::uint32_t transform) {
    Host& host = in_extension(run);
    if (!host.knows_part(gains) || gains->shape != KS_SHAPE_PIXELS) {
      return host.refuse("fourier with gains that are not a number a pixel");
    }
    if (transform > KS_FOURIER_DCT) return host.refuse("fourier by an unknown transform");
    const std::size_t h = host.height;
    const std::size_t w = host.width();
    const auto gain = [&](std::size_t item, std::size_t i) { return gains->values[item * h * w + i]; };
    if (transform == KS_FOURIER_DCT) {
      return host.filter("fourier", dst, src, [&](const Vector& plane, std::size_t item) {
        Vector bins = multiplied(plane, cosine_matrix(h, false), cosine_matrix(w, false));
        for (std::size_t i = 0; i < bins.size(); ++i) bins[i] *= gain(item, i);
        return multiplied(bins, cosine_matrix(h, true), cosine_matrix(w, true));
      });
    }
    return host.filter("fourier", dst, src, [&](const Vector& plane, std::size_t item) {
      std::vector<Complex> bins(plane.begin(), plane.end());
      bins = multiplied(bins, fourier_matrix(h, false), fourier_matrix(w, false));
      for (std::size_t i = 0; i < bins.size(); ++i) bins[i] *= gain(item, i);
      bins = multiplied(bins, fourier_matrix(h, true), fourier_matrix(w, true));
      Vector real;
      for (const Complex& value : bins) real.push_back(value.real());
      return real;
    });
  }

  static ks_status blur(const ks_run* run, ks_tensor* dst, const ks_tensor* src, double sigma) {
    Host& host = in_extension(run);
    if (!(sigma >= 0 && sigma <= 1000)) return host.refuse("blur: sigma is not in 0 to 1000");
    const Matrix<double> columns = blur_matrix(host.height, sigma);
    const Matrix<double> rows = blur_matrix(host.width(), sigma);
    return host.filter("blur", dst, src, [&](const Vector& plane, std::size_t) {
      return multiplied(plane, columns, rows);
    });
  }

  static ks_status coarse(const ks_run* run, ks_tensor* dst, const ks_tensor* src, std::uint32_t height,
                          std::uint32_t width) {
    Host& host = in_extension(run);
    if (height < 1 || width < 1 || height > host.height || width > host.width()) {
      return host.refuse("coarse to a height or width that is 0 or above the latent's");
    }
    const std::size_t h = host.height;
    const std::size_t w = host.width();
    return host.filter("coarse", dst, src, [&](const Vector& plane, std::size_t) {
      const Vector means = multiplied(plane, area_matrix(height, h), area_matrix(width, w));
      return multiplied(means, linear_matrix(h, height), linear_matrix(w, width));
    });
  }
};

std::size_t Host::width() const { return x.size() / items / channels / height; }

// dst = body(each plane of src, the index of its item).
template <typename Body>
ks_status Host::filter(const char* function, ks_tensor* dst, const ks_tensor* src, const Body& body) {
  if (of_guider && (dst == nullptr || src == nullptr)) return refuse(kNotThere);
  if (!knows(dst) || !knows(src)) {
    return refuse((std::string(function) + " of an unknown tensor, or one of another shape").c_str());
  }
  const std::size_t pixels = height * width();
  Vector all;
  for (std::size_t plane = 0; plane < std::size_t{items} * channels; ++plane) {
    const auto begin = src->values.begin() + static_cast<std::ptrdiff_t>(plane * pixels);
    const Vector given(begin, begin + static_cast<std::ptrdiff_t>(pixels));
    const Vector made = body(given, plane / channels);
    all.insert(all.end(), made.begin(), made.end());
  }
  dst->values = stored(std::move(all));
  return KS_OK;
}

void Host::set_filters() {
  filters_ = {};
  filters_.size = sizeof filters_;
  calls::set_functions<FilterCalls>(filters_);
}

}  // namespace ksampler::toy
