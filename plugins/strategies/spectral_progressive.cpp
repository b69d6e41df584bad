// SPDX-License-Identifier: Apache-2.0
//
// The first steps at a smaller height and width, around any sampler (spectral progressive diffusion,
// arXiv 2605.18736). At high noise levels only the low frequencies of a picture stand out of the noise,
// and these a smaller latent has, too: r^2 times fewer cells, whose noise is r times weaker, as each is
// the mean over r^2 of them. So with x = a x0 + sigma noise a smaller latent is at the level
//   sigma_s = sigma / r        with additive noise
//   sigma_s = sigma / (sigma + r (1 - sigma))   in a flow
// and in the discrete cosine transform a step there is a step of the low frequencies of the whole, not
// an approximation of one. On the way back the frequencies that it lacks are noise of the level alone.
#include <ks/runs.hpp>
#include <ks/sampler.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

struct SpectralProgressive {
  double scale = 0.5;
  double share = 0.5;

  static constexpr ks::SamplerInfo info = {
      .id = "spectral_progressive",
      .title = "Spectral progressive",
      .summary = "Another sampler, whose first steps are taken at a smaller height and width",
      .source =
          "arXiv 2605.18736, Spectral Progressive Diffusion; the levels from how white noise scales",
      .stochastic = true,
      .no_limit = true,
      .noise = ks::Noise::gaussian,
      .model_calls = {0, 0, 0},  // the other sampler's
      .inside = "euler"};
  static constexpr auto params = ks::params(
      ks::param(
          &SpectralProgressive::scale,
          {"scale",
           "The smaller height and width, as a share of the latent's; from 16 cells on in steps of 8",
           0.1, 1.0}),
      ks::param(&SpectralProgressive::share,
                {"share", "Of the steps that are taken there; the last one is not", 0.0, 1.0}));

  // Of a height or width. Networks halve it some times: a multiple of 8, where it is not small.
  std::uint32_t smaller(std::uint32_t cells) const {
    const auto small = static_cast<std::uint32_t>(std::max(std::lround(scale * cells), 1L));
    return std::min(small < 16 ? small : (small + 4) / 8 * 8, cells);
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const ks::Inside inside(run);
    const ks::Task task = run.task();
    const std::span<const double> sigmas = run.sigmas();
    const auto steps = static_cast<std::uint32_t>(sigmas.size() - 1);
    const std::uint32_t height = smaller(task.height), width = smaller(task.width);
    // A step down to 0 is the last: after it there is no noise for the frequencies that are missing.
    auto there = static_cast<std::uint32_t>(std::lround(share * steps));
    if (there == steps && sigmas.back() == 0) --there;
    if (height == task.height && width == task.width) there = 0;
    if (there > 0) {
      const double r = std::sqrt(static_cast<double>(task.height) * task.width / height / width);
      const auto level = [&](double sigma) {
        return run.model().is_flow() ? sigma / (sigma + r * (1 - sigma)) : sigma / r;
      };
      std::vector<double> levels;
      for (const double sigma : sigmas.first(there + 1)) levels.push_back(level(sigma));

      // The noise of `small` is that of x over r, and is brought to the level's.
      ks::Tensor small = inside.resized(x, height, width, ks::Resize::spectral);
      small *= r * levels.front() / sigmas.front();
      inside.sample(small, levels, 0, there);

      const double sigma = sigmas[there];
      const ks::Tensor noise = run.noise(sigmas[there - 1], sigma);
      const ks::Tensor low =
          at_size_of(inside, task, inside.resized(noise, height, width, ks::Resize::spectral));
      const ks::Tensor up = at_size_of(inside, task, small);
      x = sigma / (r * levels.back()) * up + sigma * (noise - low);
    }
    if (there < steps) inside.sample(x, sigmas.subspan(there), there, steps - there);
  }

  static ks::Tensor at_size_of(const ks::Inside& inside, const ks::Task& task,
                               const ks::Tensor& small) {
    return inside.resized(small, task.height, task.width, ks::Resize::spectral);
  }
};

KS_SAMPLER(SpectralProgressive)
