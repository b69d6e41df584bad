// SPDX-License-Identifier: Apache-2.0
//
// Strategic stochastic sampling of trajectory consistency models (Zheng et al. 2024, Algorithm 4). The
// model is trusted to go from sigma all the way to sigma_s in one step; then noise goes back up.
//   t_s      = (1 - gamma) t_next, in the network's time
//   x_s      = sigma_s / sigma x + (alpha_s - alpha sigma_s / sigma) D
//   x_next   = alpha_next / alpha_s x_s
//              + s_noise alpha_next sqrt((sigma_next / alpha_next)^2 - (sigma_s / alpha_s)^2) noise
// gamma, here eta: 0 is DDIM, 1 is multistep consistency sampling. What a step skips does not get
// shorter with the number of steps, so that with noise there is no limit.
#include <ks/sampler.hpp>

struct Tcd {
  double eta = 0.3;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "tcd",
      .title = "TCD",
      .summary = "Few steps of a trajectory consistency model, each beyond the next level and back",
      .source = "Zheng et al. 2024, Trajectory Consistency Distillation, Algorithm 4",
      .order = 1,
      .stochastic = true,
      .no_limit = true,
      .noise = ks::Noise::gaussian};
  static constexpr auto params = ks::params(
      ks::param(
          &Tcd::eta,
          {"eta", "Of the way from the next level to the picture that is gone first: gamma", 0.0, 1.0}),
      ks::s_noise_param(&Tcd::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    if (eta > 0) run.require_falling("set eta to 0");
    const ks::Model model = run.model();
    const ks::HalfLogSnr snr = run.snr();
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      // A time that is no list from 0 up, such as log(sigma), could lie above the next level.
      const double sigma_s =
          eta > 0 ? std::min(model.sigma((1 - eta) * model.timestep(sigma_next)), sigma_next)
                  : sigma_next;
      const double alpha_s = snr.alpha(sigma_s), alpha_next = snr.alpha(sigma_next);
      const double ratio = sigma_s / sigma, scale = alpha_s > 0 ? alpha_next / alpha_s : 1;
      const auto x_s = ratio * x + (alpha_s - snr.alpha(sigma) * ratio) * denoised;
      const double kept = scale * sigma_s;
      const double noise = std::sqrt(std::max(0.0, sigma_next * sigma_next - kept * kept));
      if (eta > 0) {
        x = scale * x_s + s_noise * noise * run.noise(sigma, sigma_next);
      } else {
        x = x_s;
      }
    }
  }
};

KS_SAMPLER(Tcd)
