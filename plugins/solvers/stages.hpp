// SPDX-License-Identifier: Apache-2.0
//
// One step of any one-step method, written as sums. Whatever a method integrates, and in whatever time,
// its stages are sums of the latent at the start of the step and of the model's predictions:
//   x_i = of_x[i] x + sum_j of_d[i][j] D_j,  D_j = D(x_j, sigma[j])
// so that a table and a few numbers are worked out in float64, and the host makes one pass for a stage.
#ifndef KS_SOLVERS_STAGES_HPP
#define KS_SOLVERS_STAGES_HPP

#include <ks/sampler.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace solvers {

inline constexpr std::size_t kMostStages = 10;

// The sums of a step with `count` stages. Row `count` is the end of the step.
struct Stages {
  std::size_t count = 0;
  std::array<double, kMostStages> sigma{};  // where the model is asked
  std::array<double, kMostStages + 1> of_x{};
  std::array<std::array<double, kMostStages>, kMostStages + 1> of_d{};

  // Whether stage i is the start of the step, where the prediction is known.
  bool is_start(std::size_t i) const {
    if (of_x[i] != 1) return false;
    return std::all_of(of_d[i].begin(), of_d[i].begin() + static_cast<std::ptrdiff_t>(count),
                       [](double weight) { return weight == 0; });
  }
};

// The noise levels of a step, and how the model mixes.
struct Step {
  ks::HalfLogSnr snr;
  double sigma;
  double sigma_to;
};

// Of a flow over lambda, which is infinite at sigma 1: as far up as a step may go.
inline double highest_sigma(const ks::Run& run, bool over_lambda) {
  return over_lambda && run.model().is_flow() ? run.model().percent_to_sigma(1e-4) : ks::unlimited;
}

// D(x, sigma) into a tensor that is there already.
inline void denoise(ks::Tensor& denoised, const ks::Tensor& x, double sigma) {
  ks::check(x.run()->denoise(x.run(), x.handle(), sigma, denoised.handle()));
}

// Tensors for a run, made once.
inline std::vector<ks::Tensor> tensors(const ks::Run& run, std::size_t count) {
  std::vector<ks::Tensor> made;
  made.reserve(count);
  while (made.size() < count) made.push_back(run.tensor());
  return made;
}

// A sum that is gathered term by term, and then one pass. Unlike ks::Sum it allocates nothing.
class Terms {
 public:
  void add(double coefficient, const ks::Tensor& tensor) {
    if (coefficient == 0) return;
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (tensors_[i] != tensor.handle()) continue;
      coefficients_[i] += coefficient;
      return;
    }
    coefficients_.at(count_) = coefficient;
    tensors_.at(count_++) = tensor.handle();
  }
  // `dst` may be among the terms.
  void into(ks::Tensor& dst) const {
    ks::check(dst.run()->tensors->lincomb(dst.run(), dst.handle(), count_, coefficients_.data(),
                                          tensors_.data()));
  }

 private:
  std::array<double, kMostStages + 2> coefficients_{};  // the latent, the predictions, noise
  std::array<ks_tensor*, kMostStages + 2> tensors_{};
  std::uint32_t count_ = 0;
};

}  // namespace solvers

#endif
