// SPDX-License-Identifier: Apache-2.0
//
// Restart (Xu et al. 2023, Algorithm 1), around any sampler: where the noise has fallen to sigma_min,
// it goes back up to sigma_max, all at once, and down again in steps of its own, some times over. The
// noise forgets errors of the steps before, and the steps between are the other sampler's.
//   x <- alpha_max / alpha x + s_noise sqrt(sigma_max^2 - (alpha_max / alpha)^2 sigma^2) noise
// The steps down are evenly spaced in sigma^(1/rho), rho 7 (Karras et al. 2022, equation 5). Restarts
// stay as long as they are, however many steps there are, so that with noise there is no limit.
#include <ks/runs.hpp>
#include <ks/sampler.hpp>

#include <algorithm>
#include <vector>

struct Restart {
  std::uint32_t repeats = 1;
  std::uint32_t steps = 5;
  double sigma_min = 0.1;
  double sigma_max = 0.3;
  double s_noise = 1.0;

  static constexpr ks::SamplerInfo info = {
      .id = "restart",
      .title = "Restart",
      .summary = "Another sampler, which goes back up to more noise and down again before the end",
      .source = "Xu et al. 2023, Restart Sampling for Improving Generative Processes, Algorithm 1",
      .stochastic = true,
      .no_limit = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {0, 0, 0},  // where the restart lies depends on the schedule
      .inside = "heun"};
  static constexpr auto params = ks::params(
      ks::param(&Restart::repeats,
                {"repeats", "How often it goes back up: the paper's K; 0: never", 0, 100}),
      ks::param(&Restart::steps, {"steps", "Steps down again: the paper's N_Restart", 1, 1000}),
      ks::param(
          &Restart::sigma_min,
          {"sigma_min", "Below which it goes back up, at the first level of the schedule", 0.0, 1e4}),
      ks::param(&Restart::sigma_max, {"sigma_max", "Where it goes back up to", 0.0, 1e4}),
      ks::s_noise_param(&Restart::s_noise));

  // The levels down from `from` to `to`.
  std::vector<double> down(double from, double to) const {
    const double first = std::pow(from, 1 / 7.0), last = std::pow(to, 1 / 7.0);
    std::vector<double> levels;
    for (std::uint32_t at = 0; at < steps; ++at) {
      levels.push_back(at == 0 ? from : std::pow(first + (last - first) * at / steps, 7));
    }
    levels.push_back(to);
    return levels;
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    if (repeats > 0) run.require_falling("set repeats to 0");
    const ks::Inside inside(run);
    const std::span<const double> sigmas = run.sigmas();
    const auto all = static_cast<std::uint32_t>(sigmas.size() - 1);
    // No higher than the run began: there the model was never asked.
    const double top = std::min(sigma_max, sigmas.front());
    std::uint32_t done = 0;  // steps
    for (auto [i, sigma, sigma_next] : run.steps()) {
      const bool here = sigma > sigma_min && sigma_next <= sigma_min && sigma_next > 0;
      if (here && sigma_next < top && repeats > 0) done = i + 1;
    }
    if (done > 0) {
      inside.sample(x, sigmas.first(done + 1), 0, done);
      again(run, inside, x, done, top);
    }
    if (done < all) inside.sample(x, sigmas.subspan(done), done, all - done);
  }

  // From level `done` up to `top` and back.
  void again(const ks::Run& run, const ks::Inside& inside, ks::Tensor& x, std::uint32_t done,
             double top) const {
    const double sigma = run.sigmas()[done];
    const ks::HalfLogSnr snr = run.snr();
    const double scale = snr.alpha(top) / snr.alpha(sigma), kept = scale * sigma;
    const double up = std::sqrt(std::max(0.0, top * top - kept * kept));
    const std::vector<double> levels = down(top, sigma);
    for (std::uint32_t repeat = 0; repeat < repeats; ++repeat) {
      x = scale * x + s_noise * up * run.noise(sigma, top);
      inside.sample(x, levels, done - 1, 1);
    }
  }
};

KS_SAMPLER(Restart)
