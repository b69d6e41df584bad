// SPDX-License-Identifier: Apache-2.0
//
// DPM-Solver++(2M) SDE: the two-step multistep solver with noise (k-diffusion, sample_dpmpp_2m_sde).
//   h = lambda_next - lambda,  r = h_last / h,  D_1 = (D - D_last) / r
//   x <- (sigma_next / sigma) exp(-eta h) x + alpha_next (1 - exp(-(1 + eta) h)) D
//        + alpha_next * w * D_1 + s_noise * sigma_next sqrt(1 - exp(-2 eta h)) noise
// with w = (1 - exp(-(1 + eta) h)) / 2 (midpoint) or 1 - phi_1(-(1 + eta) h) (heun).
#include <ks/sampler.hpp>

#include <optional>

enum class SolverType { midpoint, heun };

struct DpmPp2mSde {
  SolverType solver_type = SolverType::midpoint;
  double eta = 1.0;
  double s_noise = 1.0;

  static constexpr const char* solver_types[] = {"midpoint", "heun"};
  static constexpr ks::SamplerInfo info = {
      .id = "dpmpp_2m_sde",
      .title = "DPM++ 2M SDE",
      .summary =
          "Stochastic multistep with the midpoint rule, one model call a step; its noise follows one "
          "Brownian path",
      .source = "k-diffusion, sample_dpmpp_2m_sde; Lu et al. 2022, DPM-Solver++",
      .order = 2,
      .stochastic = true,
      .noise = ks::Noise::brownian};
  static constexpr auto params =
      ks::params(ks::choice(&DpmPp2mSde::solver_type,
                            {"solver_type", "How the last step's slope is used"}, solver_types),
                 ks::eta_param(&DpmPp2mSde::eta), ks::s_noise_param(&DpmPp2mSde::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(3);
    if (eta > 0) run.require_falling("set eta to 0");
    run.offset_first_sigma();
    const ks::HalfLogSnr snr = run.snr();
    std::optional<ks::Tensor> denoised_last;
    double h_last = 0;
    for (auto [i, sigma, sigma_next] : run.steps()) {
      ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      if (sigma_next == 0) {
        x = denoised;
        continue;
      }
      const double h = snr.lambda(sigma_next) - snr.lambda(sigma);
      const double h_eta = h * (1 + eta);
      const double alpha_next = snr.alpha(sigma_next);
      ks::Sum sum(sigma_next / sigma * std::exp(-eta * h) * x);
      sum += alpha_next * -std::expm1(-h_eta) * denoised;
      if (denoised_last) {
        const double r = h_last / h;
        const double w =
            solver_type == SolverType::heun ? 1 - ks::phi(1, -h_eta) : -std::expm1(-h_eta) / 2;
        sum += alpha_next * w / r * (denoised - *denoised_last);
      }
      if (eta > 0 && s_noise > 0) {
        const ks::Tensor noise = run.noise(sigma, sigma_next);
        sum += s_noise * sigma_next * std::sqrt(-std::expm1(-2 * eta * h)) * noise;
        x = sum;
      } else {
        x = sum;
      }
      denoised_last = std::move(denoised);
      h_last = h;
    }
  }
};

struct DpmPp2mSdeHeun : DpmPp2mSde {
  DpmPp2mSdeHeun() { solver_type = SolverType::heun; }
  static constexpr ks::SamplerInfo info = [] {
    ks::SamplerInfo heun = DpmPp2mSde::info;
    heun.id = "dpmpp_2m_sde_heun";
    heun.title = "DPM++ 2M SDE Heun";
    heun.summary =
        "dpmpp_2m_sde with Heun's rule in place of the midpoint rule: the solver_type is the "
        "difference";
    return heun;
  }();
  static constexpr auto params =
      ks::params(ks::eta_param(&DpmPp2mSdeHeun::eta), ks::s_noise_param(&DpmPp2mSdeHeun::s_noise));
};

struct DpmPp2mSdeGpu : DpmPp2mSde {
  static constexpr ks::SamplerInfo info = ks::with_device_noise(
      DpmPp2mSde::info, "dpmpp_2m_sde_gpu", "DPM++ 2M SDE (GPU)",
      "dpmpp_2m_sde by another name: ComfyUI draws its noise on the GPU, this host "
      "draws all noise on the CPU");
};

struct DpmPp2mSdeHeunGpu : DpmPp2mSdeHeun {
  static constexpr ks::SamplerInfo info =
      ks::with_device_noise(DpmPp2mSdeHeun::info, "dpmpp_2m_sde_heun_gpu", "DPM++ 2M SDE Heun (GPU)",
                            "dpmpp_2m_sde_heun by another name: ComfyUI draws its noise on the GPU, "
                            "this host draws all noise "
                            "on the CPU");
};

KS_SAMPLER(DpmPp2mSde)
KS_SAMPLER(DpmPp2mSdeHeun)
KS_SAMPLER(DpmPp2mSdeGpu)
KS_SAMPLER(DpmPp2mSdeHeunGpu)
