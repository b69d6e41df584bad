// SPDX-License-Identifier: Apache-2.0
//
// iPNDM with variable steps: Adams-Bashforth whose coefficients follow the sizes of the last steps
// h_0 (this one), h_1, h_2, h_3 (the ones before).
//   x <- x + h_0 * sum_j b_j d_j
// As diff-sampler publishes it: its weight of the second difference divides the sum by 2, where
// Adams-Bashforth divides a factor of it. For equal steps the two are the same, and of second order;
// over unequal ones it does not converge, and so it declares no order.
#include <ks/history.hpp>
#include <ks/sampler.hpp>

#include <array>

struct IpndmV {
  int max_order = 4;

  static constexpr ks::SamplerInfo info = {
      .id = "ipndm_v",
      .title = "iPNDM, variable steps",
      .summary = "Linear multistep with coefficients for unequal steps, one model call a step",
      .source =
          "Zhang and Chen 2023, Fast Sampling of Diffusion Models with Exponential Integrator; "
          "diff-sampler, ipndm_v"};
  static constexpr auto params =
      ks::params(ks::param(&IpndmV::max_order, {"max_order", "Derivatives used at most", 1, 4}));

  // `h` holds the step to be taken and then the ones before; as many derivatives as steps are used.
  static std::array<double, 4> coefficients(const ks::History<double>& h) {
    if (h.size() == 1) return {1};
    const double r_1 = h[0] / h[1];
    if (h.size() == 2) return {1 + r_1 / 2, -r_1 / 2};

    const double r_2 = h[1] / h[2];
    const double first = h[0] / (3 * (h[0] + h[1]));
    const double u = (1 - first * h[0] * (h[0] + h[1]) / (h[1] * (h[1] + h[2]))) / 2;
    if (h.size() == 3) return {1 + r_1 / 2 + u, -r_1 / 2 - (1 + r_2) * u, r_2 * u};

    const double r_3 = h[2] / h[3];
    const double sum = h[0] + h[1] + h[2];
    const double v = ((1 - first) / 2 + (1 - h[0] / (2 * (h[0] + h[1]))) * h[0] / (6 * sum)) *
                     (h[0] * (h[0] + h[1]) * sum) / (h[1] * (h[1] + h[2]) * (h[1] + h[2] + h[3]));
    const double q = h[1] * (h[1] + h[2]) / (h[2] * (h[2] + h[3]));
    return {1 + r_1 / 2 + u + v, -r_1 / 2 - (1 + r_2) * u - (1 + r_2 + q) * v,
            r_2 * u + (r_2 + q * (1 + r_3)) * v, -q * r_2 * v};
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const auto order = static_cast<std::size_t>(max_order);
    run.reserve(order + 2);
    ks::History<ks::Tensor> derivatives(order);
    ks::History<double> h(order);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      derivatives.push((x - denoised) / sigma);
      h.push(sigma_next - sigma);
      const auto b = coefficients(h);
      ks::Sum sum(x);
      for (std::size_t j = 0; j < h.size(); ++j) sum += h[0] * b[j] * derivatives[j];
      x = sum;
    }
  }
};

KS_SAMPLER(IpndmV)
