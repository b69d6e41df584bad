// Sources of noise for a toy run.
#ifndef KSAMPLER_CONFORMANCE_TOY_NOISE_HPP
#define KSAMPLER_CONFORMANCE_TOY_NOISE_HPP

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>

#include "host/conformance/toy_denoiser.hpp"

namespace ksampler::toy {

// A draw over the interval from sigma to sigma_next, `size` elements.
using Noise = std::function<Vector(double sigma, double sigma_next, std::size_t size)>;

// Independent draws of unit variance.
inline Noise normal_noise(std::uint64_t seed) {
  auto generator = std::make_shared<std::mt19937_64>(seed);
  return [generator](double, double, std::size_t size) {
    std::normal_distribution<double> normal;
    Vector noise(size);
    for (double& element : noise) element = normal(*generator);
    return noise;
  };
}

// One Brownian path, so that draws over overlapping intervals agree: between two known points the path
// is drawn from the Brownian bridge, beyond them it goes on.
class BrownianPath {
 public:
  explicit BrownianPath(std::uint64_t seed) : normal_(normal_noise(seed)) {}

  Vector operator()(double sigma, double sigma_next, std::size_t size) {
    const Vector from = at(sigma, size);
    Vector increment = at(sigma_next, size);
    for (std::size_t i = 0; i < size; ++i) {
      increment[i] = (increment[i] - from[i]) / std::sqrt(std::abs(sigma_next - sigma));
    }
    return increment;
  }

 private:
  Vector at(double time, std::size_t size) {
    if (path_.empty()) return path_[time] = Vector(size, 0.0);
    const auto after = path_.lower_bound(time);
    if (after != path_.end() && after->first == time) return after->second;
    Vector point = normal_(0, 0, size);
    if (after == path_.begin() || after == path_.end()) {
      const auto& [end, value] = after == path_.end() ? *path_.rbegin() : *after;
      for (std::size_t i = 0; i < size; ++i) {
        point[i] = value[i] + std::sqrt(std::abs(time - end)) * point[i];
      }
    } else {
      const auto& [left, before_value] = *std::prev(after);
      const auto& [right, after_value] = *after;
      const double part = (time - left) / (right - left);
      const double deviation = std::sqrt(part * (right - time));
      for (std::size_t i = 0; i < size; ++i) {
        point[i] = (1 - part) * before_value[i] + part * after_value[i] + deviation * point[i];
      }
    }
    return path_[time] = point;
  }

  Noise normal_;
  std::map<double, Vector> path_;
};

// Makes the variance of a linear sampler computable without chance: element 0 of the latent carries the
// initial noise, and element k the k-th independent noise alone. After a run with a denoiser that is
// linear in x, the squares of the elements sum up to the variance that random noise would give.
class ImpulseNoise {
 public:
  // Independent draws: one element each.
  ImpulseNoise() = default;
  // A Brownian path: one element for each piece between the neighbouring `times`.
  explicit ImpulseNoise(const std::set<double>& times) : times_(times.begin(), times.end()) {}

  Vector operator()(double sigma, double sigma_next, std::size_t size) {
    Vector noise(size, 0.0);
    if (times_.empty()) {
      noise.at(++draws_) = 1.0;
      return noise;
    }
    const auto [low, high] = std::minmax(sigma, sigma_next);
    for (std::size_t k = 0; k + 1 < times_.size(); ++k) {
      if (times_[k] < low || times_[k + 1] > high) continue;
      const double part = std::sqrt((times_[k + 1] - times_[k]) / (high - low));
      noise.at(k + 1) = sigma < sigma_next ? part : -part;
    }
    return noise;
  }

 private:
  Vector times_;
  std::size_t draws_ = 0;
};

}  // namespace ksampler::toy

#endif
