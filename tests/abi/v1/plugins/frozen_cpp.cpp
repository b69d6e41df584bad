// A plugin of ABI 1.0 in C++: frozen, with the library that was built of it. Euler's ancestral method
// in k-diffusion's form, second order Adams-Bashforth in its deterministic part.
//   d  = (x - D(x, sigma)) / sigma,  h = sigma_down - sigma
//   x <- scale * (x + h * (3 d - d_last) / 2) + sigma_up * noise      (scale is 1 but for a flow)
#include <ks/history.hpp>
#include <ks/sampler.hpp>

namespace {

struct FrozenAb2 {
  double eta = 0.5;
  bool multistep = true;

  static constexpr ks::SamplerInfo info = {.id = "frozen_ab2",
                                           .title = "Adams-Bashforth 2, frozen",
                                           .summary = "Two steps, with noise put back",
                                           .source = "x <- x + h (3 d - d_last) / 2 + sigma_up noise",
                                           .stochastic = true,
                                           .noise = ks::Noise::gaussian};
  static constexpr auto params =
      ks::params(ks::eta_param(&FrozenAb2::eta),
                 ks::param(&FrozenAb2::multistep, {"multistep", "Whether the step before counts"}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    run.reserve(6);
    ks::History<ks::Tensor> slopes(2);
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      const auto [sigma_down, sigma_up, scale] = run.ancestral_step(sigma, sigma_next, eta);
      slopes.push(ks::Tensor((x - denoised) / sigma));
      const double h = sigma_down - sigma;
      if (multistep && slopes.size() == 2 && sigma_next > 0) {
        x += h * (1.5 * slopes[0] - 0.5 * slopes[1]);
      } else {
        x += h * slopes[0];
      }
      if (sigma_up > 0) x = scale * x + sigma_up * run.noise(sigma, sigma_next);
    }
  }
};

}  // namespace

KS_SAMPLER(FrozenAb2)
