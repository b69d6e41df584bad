// Goes half of each of Euler's steps: wrong as a sampler, small as an example.
#include <ks/sampler.hpp>

namespace {

struct HalfStep {
  double fraction = 0.5;

  static constexpr ks::SamplerInfo info = {.id = "half_step",
                                           .title = "Half a step",
                                           .summary = "Euler's method, too cautious",
                                           .source = "none"};
  static constexpr auto params = ks::params(ks::param(
      &HalfStep::fraction, {.id = "fraction", .summary = "Of each step", .minimum = 0, .maximum = 1}));

  void sample(ks::Run& run, ks::Tensor& x) const {
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const ks::Tensor denoised = run.denoise(x, sigma);
      run.step(i, sigma, x, denoised);
      x += fraction * (sigma_next / sigma - 1) * (x - denoised);
    }
  }
};

}  // namespace

KS_SAMPLER(HalfStep)
