// Denoisers whose answer is known exactly, for tests of samplers without LibTorch. The data are
// Gaussian around one mean, or around several: see tests/data/parity/README.md.
#ifndef KSAMPLER_CONFORMANCE_TOY_DENOISER_HPP
#define KSAMPLER_CONFORMANCE_TOY_DENOISER_HPP

#include <cmath>
#include <functional>
#include <vector>

namespace ksampler::toy {

using Vector = std::vector<double>;
using Denoiser = std::function<Vector(const Vector& x, double sigma)>;

// x = a * x0 + b * noise at noise level sigma.
struct Mixing {
  double a;
  double b;
  Mixing(bool flow, double sigma) : a(flow ? 1 - sigma : 1), b(sigma) {}
  // The variance of x where x0 has standard deviation `scale`.
  double variance(double scale) const { return a * a * scale * scale + b * b; }
};

// D(x, sigma) = (mean * b^2 + a * scale^2 * x) / v
inline double posterior_mean(double mean, double scale, Mixing mixing, double x) {
  return (mean * mixing.b * mixing.b + mixing.a * scale * scale * x) / mixing.variance(scale);
}

// The data of most checks.
inline constexpr double kMean = 0.3, kScale = 0.8;

inline Denoiser gaussian(double mean, double scale, bool flow) {
  return [=](const Vector& x, double sigma) {
    Vector denoised(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      denoised[i] = posterior_mean(mean, scale, Mixing(flow, sigma), x[i]);
    }
    return denoised;
  };
}

// The probability flow through x at sigma, followed to sigma_next: with Gaussian data it only scales
// the distance from the mean.
inline double gaussian_flow(double mean, double scale, bool flow, double x, double sigma,
                            double sigma_next) {
  const Mixing from(flow, sigma), to(flow, sigma_next);
  return to.a * mean + (x - from.a * mean) * std::sqrt(to.variance(scale) / from.variance(scale));
}

// Several equally likely means; all elements of x belong to one item, as in a latent.
inline Denoiser mixture(const std::vector<Vector>& means, double scale, double temper, bool flow) {
  return [=](const Vector& x, double sigma) {
    const Mixing mixing(flow, sigma);
    Vector weights;
    double total = 0;
    for (const Vector& mean : means) {
      double distance = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double d = x[i] - mixing.a * mean[i];
        distance += d * d;
      }
      weights.push_back(std::exp(-temper * distance / (2 * mixing.variance(scale))));
      total += weights.back();
    }
    Vector denoised(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
      double mean = 0;
      for (std::size_t k = 0; k < means.size(); ++k) mean += weights[k] / total * means[k][i];
      denoised[i] = posterior_mean(mean, scale, mixing, x[i]);
    }
    return denoised;
  };
}

}  // namespace ksampler::toy

#endif
