// SPDX-License-Identifier: Apache-2.0
//
// What turns Gaussian noise into noise of another distribution: how likely a larger element is.
#ifndef KSAMPLER_PLUGINS_NOISES_TAIL_HPP
#define KSAMPLER_PLUGINS_NOISES_TAIL_HPP

#include <ks/noise.hpp>

#include <numbers>

// ln P(|Z| > |z|) of each element z of standard Gaussian noise, so that its exponential is uniform in
// 0 to 1:
//   ln erfc(x) = -x^2 + ln t + p(1 - t),   x = |z| / sqrt 2,   t = 1 / (1 + x / 2)
// with p fitted here to |z| up to 9, where it is right to 7e-8 (float32 is to 6e-8).
class LogTail {
 public:
  explicit LogTail(const ks::Tensor& z)
      : z_(z), u_(1.0 - 1.0 / (1.0 + 0.5 / std::numbers::sqrt2 * ks::abs(ks::each(z)))) {}

  ks::Expression formula() const {
    constexpr double coefficients[] = {-1.2567508,  -0.30349561,  0.16428772,  0.17992532,
                                       0.078529116, -0.037705166, -0.21533746, 0.12579376};
    ks::Expression p = coefficients[7] * ks::each(u_);
    for (int k = 6; k >= 0; --k) p = (p + coefficients[k]) * u_;
    return p + ks::log(1.0 - ks::each(u_)) - 0.5 * (ks::each(z_) * z_);
  }

 private:
  const ks::Tensor& z_;
  ks::Tensor u_;  // 1 - t
};

#endif
