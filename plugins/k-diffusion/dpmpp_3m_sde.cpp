// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver++(3M) SDE: three-step multistep with noise (k-diffusion, sample_dpmpp_3m_sde). With
// h_1, h_2 the last steps in lambda and D, D_1, D_2 the last predictions,
//   d_10 = (D - D_1) h / h_1,  d_11 = (D_1 - D_2) h / h_2,  r_0 = h_1 / h,  r_1 = h_2 / h
//   d_2  = (d_10 - d_11) / (r_0 + r_1),  d_1 = d_10 + r_0 d_2
//   x <- (sigma_next / sigma) exp(-eta h) x + alpha_next (1 - exp(-q)) D
//        + alpha_next (q phi_2(-q) d_1 + q phi_3(-q) d_2) + noise as in dpmpp_2m_sde,  q = (1 + eta) h
#include <ks/history.hpp>
#include <ks/sampler.hpp>

struct DpmPp3mSde {
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_3m_sde",
      .title = "DPM++ 3M SDE",
      .summary = "Stochastic multistep of three steps, one model call a step; for many steps",
      .source = "k-diffusion, sample_dpmpp_3m_sde",
      .order = 2,
      .stochastic = true,
      .noise = ks::Noise::brownian};
  static constexpr auto params =
      ks::params(ks::eta_param(&DpmPp3mSde::eta), ks::s_noise_param(&DpmPp3mSde::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(4);
    if (eta > 0) run.require_falling("set eta to 0");
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    ks::History<ks::Tensor> denoised(3);
    ks::History<double> h(3);  // h[0]: this step
    for (auto [i, sigma, sigma_next] : run.steps()) {
      denoised.push(run.denoise(x, sigma));
      run.step(i, sigma, x, denoised[0]);
      if (sigma_next == 0) {
        x = denoised[0];
        continue;
      }
      h.push(snr.lambda(sigma_next) - snr.lambda(sigma));
      const double q = (1 + eta) * h[0];
      const double alpha_next = snr.alpha(sigma_next);
      const double weight_1 = alpha_next * q * ks::phi(2, -q);
      const double weight_2 = alpha_next * q * ks::phi(3, -q);
      ks::Sum sum(sigma_next / sigma * std::exp(-eta * h[0]) * x);
      sum += alpha_next * -std::expm1(-q) * denoised[0];
      if (h.size() == 2) {
        sum += weight_1 * h[0] / h[1] * (denoised[0] - denoised[1]);
      } else if (h.size() == 3) {
        const double r_0 = h[1] / h[0], r_1 = h[2] / h[0];
        const auto d_10 = (denoised[0] - denoised[1]) / r_0;
        const auto d_11 = (denoised[1] - denoised[2]) / r_1;
        const auto d_2 = (d_10 - d_11) / (r_0 + r_1);
        sum += weight_1 * (d_10 + r_0 * d_2) + weight_2 * d_2;
      }
      if (eta > 0 && s_noise > 0) {
        const ks::Tensor noise = run.noise(sigma, sigma_next);
        sum += s_noise * sigma_next * std::sqrt(-std::expm1(-2 * eta * h[0])) * noise;
        x = sum;
      } else {
        x = sum;
      }
    }
  }
};

struct DpmPp3mSdeGpu : DpmPp3mSde {
  static constexpr ks::SamplerInfo info = ks::with_device_noise(
      DpmPp3mSde::info, "dpmpp_3m_sde_gpu", "DPM++ 3M SDE (GPU)",
      "dpmpp_3m_sde by another name: ComfyUI draws its noise on the GPU, this host "
      "draws all noise on the CPU");
};

KS_SAMPLER(DpmPp3mSde)
KS_SAMPLER(DpmPp3mSdeGpu)
