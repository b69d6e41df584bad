// SPDX-License-Identifier: Apache-2.0
//
// Euler's method with CFG++ (Chung et al. 2024): the noise that is put back is the unconditional
// model's, so that guidance only moves the clean latent. With x = alpha x0 + sigma noise and U the
// unconditional D:
//   d  = (x - alpha * U) / sigma
//   x <- alpha_next * D + sigma_next * d
// `alternative` keeps Euler's step and counts the guidance D - U twice:
//   x <- x + (x - 2 D + U) / sigma * (sigma_next - sigma)
#include <ks/sampler.hpp>

enum class Version { regular, alternative };

struct EulerCfgPp {
  Version version = Version::regular;

  static constexpr const char* versions[] = {"regular", "alternative"};
  static constexpr ks::SamplerInfo info = {
      .id = "euler_cfg_pp",
      .title = "Euler CFG++",
      .summary = "Euler with guidance on the clean latent only; use a cfg of 2 or less",
      .source = "Chung et al. 2024, CFG++: Manifold-constrained Classifier Free Guidance, Algorithm 2",
      .order = 1,
      .unconditional = true};
  static constexpr auto params = ks::params(ks::choice(
      &EulerCfgPp::version, {"version", "The published step, or a variant of it"}, versions));

  void sample(ks::Run& run, ks::Tensor& x) const {
    const ks::HalfLogSnr snr = run.snr();
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const auto [denoised, unconditional] = run.denoise_split(x, sigma);
      run.step(i, sigma, x, denoised);
      if (version == Version::alternative) {
        x += (sigma_next - sigma) / sigma * (x - 2.0 * denoised + unconditional);
        continue;
      }
      const auto d = (x - snr.alpha(sigma) * unconditional) / sigma;
      x = snr.alpha(sigma_next) * denoised + sigma_next * d;
    }
  }
};

KS_SAMPLER(EulerCfgPp)
