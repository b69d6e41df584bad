// SPDX-License-Identifier: Apache-2.0
#ifndef EXPONENTIAL_SEEDS_HPP
#define EXPONENTIAL_SEEDS_HPP

#include <ks/sampler.hpp>

#include <optional>

// The reverse SDE with noise `eta` in lambda = log(alpha / sigma), over one step from `sigma` to
// `sigma_to` (Gonzalez et al. 2023, SEEDS; data prediction). With h = lambda_to - lambda and q = (1 +
// eta) h:
//   x_to = decay * x + alpha_to * (1 - exp(-q)) D, for a constant D, + noise,  decay = sigma_to / sigma
//   e^(-eta h)
struct SeedsStep {
  double h;
  double q;
  double decay;
  double alpha_to;

  SeedsStep(const ks::HalfLogSnr& snr, double eta, double sigma, double sigma_to)
      : h(snr.lambda(sigma_to) - snr.lambda(sigma)),
        q((1 + eta) * h),
        decay(sigma_to / sigma * std::exp(-eta * h)),
        alpha_to(snr.alpha(sigma_to)) {}

  // Weights of the predictions: alpha_to * (1 - e^-q), and alpha_to * q * phi_2(-q).
  double weight_1() const { return alpha_to * -std::expm1(-q); }
  double weight_2() const { return alpha_to * q * ks::phi(2, -q); }
};

// The noise of the SDE since the beginning of the step, in units of sigma: one path, continued from
// stage to stage, so that the stages of a step see the same noise.
class SeedsNoise {
 public:
  SeedsNoise(const ks::Run& run, double eta) : run_(run), snr_(run.snr()), eta_(eta) {}

  // Goes on to `sigma_to`.
  void advance(double sigma, double sigma_to) {
    const double h = snr_.lambda(sigma_to) - snr_.lambda(sigma);
    const double fresh = std::sqrt(std::max(0.0, -std::expm1(-2 * eta_ * h)));
    const ks::Tensor noise = run_.noise(sigma, sigma_to);
    if (path_) {
      path_ = std::exp(-eta_ * h) * *path_ + fresh * noise;
    } else {
      path_.emplace(fresh * noise);
    }
  }

  // Begins the next step.
  void restart() { path_.reset(); }

  const ks::Tensor& path() const { return *path_; }

 private:
  const ks::Run& run_;
  ks::HalfLogSnr snr_;
  double eta_;
  std::optional<ks::Tensor> path_;
};

#endif
