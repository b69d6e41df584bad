// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver++ (stochastic), two model calls a step (k-diffusion, sample_dpmpp_sde). In the clean scale
// x / alpha, where the noise level is exp(-lambda), each of the two parts is an ancestral step:
//   x_2 = to lambda + r h, from D(x)
//   x  <- to lambda + h, from (1 - 1/(2r)) D(x) + 1/(2r) D(x_2)
// and a part to noise level e_to from e = exp(-lambda), with its sigma_down and sigma_up, is
//   alpha_to * (D + sigma_down / e * (x / alpha - D) + s_noise * sigma_up * noise)
#include <ks/float32.hpp>
#include <ks/sampler.hpp>

struct DpmPpSde {
  double eta = 1.0;
  double s_noise = 1.0;
  double r = 0.5;

  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_sde",
      .title = "DPM++ SDE",
      .summary = "Stochastic, two model calls a step; its noise follows one Brownian path",
      .source = "k-diffusion, sample_dpmpp_sde; Lu et al. 2022, DPM-Solver++",
      .order = 2,
      .stochastic = true,
      .noise = ks::Noise::brownian,
      .model_calls = {.per_step = 2, .second_last = 2, .last = 1}};
  static constexpr auto params = ks::params(
      ks::eta_param(&DpmPpSde::eta), ks::s_noise_param(&DpmPpSde::s_noise),
      ks::param(&DpmPpSde::r, {"r", "Where in the step the second model call lies", 0.01, 100.0}));

  // The Brownian path is asked for at this noise level, and depends on its last bits: as float32, in
  // the reference's order.
  double sigma_between(const ks::HalfLogSnr& snr, double sigma, double sigma_next) const {
    namespace f32 = ks::float32;
    const auto lambda = [&](double s) {
      const auto x = static_cast<float>(s);
      return snr.flow ? -f32::log(x / (1.0f - x)) : -f32::log(x);
    };
    const float lambda_s = lambda(sigma);
    const float h = lambda(sigma_next) - lambda_s;
    const float between = lambda_s + static_cast<float>(r) * h;
    return snr.flow ? 1.0f / (1.0f + f32::exp(between)) : f32::exp(-between);
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    const auto step_to = [&](const ks::Tensor& from, const auto& denoised, double sigma,
                             double sigma_to, ks::Tensor& to) {
      const double e = sigma / snr.alpha(sigma), e_to = sigma_to / snr.alpha(sigma_to);
      const auto [sigma_down, sigma_up, scale] = ks::ancestral_step(e, e_to, eta);
      const double ratio = sigma_down / e;
      const double alpha = snr.alpha(sigma_to);
      const auto mean = alpha / snr.alpha(sigma) * ratio * from + alpha * (1 - ratio) * denoised;
      if (eta > 0 && s_noise > 0) {
        to = mean + alpha * s_noise * sigma_up * run.noise(sigma, sigma_to);
      } else {
        to = mean;
      }
    };
    const double fac = 1 / (2 * r);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double sigma_s = sigma_between(snr, sigma, sigma_next);
      ks::Tensor x_2 = run.tensor();
      step_to(x, denoised, sigma, sigma_s, x_2);
      const ks::Tensor denoised_2 = run.denoise(x_2, sigma_s);
      step_to(x, (1 - fac) * denoised + fac * denoised_2, sigma, sigma_next, x);
    }
  }
};

struct DpmPpSdeGpu : DpmPpSde {
  static constexpr ks::SamplerInfo info =
      ks::with_device_noise(DpmPpSde::info, "dpmpp_sde_gpu", "DPM++ SDE (GPU)",
                            "dpmpp_sde by another name: ComfyUI draws its noise on the GPU, this host "
                            "draws all noise on the CPU");
};

KS_SAMPLER(DpmPpSde)
KS_SAMPLER(DpmPpSdeGpu)
