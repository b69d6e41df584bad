// SPDX-License-Identifier: Apache-2.0
//
// Guidance whose low and high frequencies are scaled apart, by its Fourier transform.
//   d = D_c - D_u;   D_c <- D_u + F^-1[ m F[d] ],   m = l within the box of low frequencies, h
//   elsewhere
// The box reaches from -f to f - 1 bins in each direction, as in the authors' code; f is at most half
// of the latent's extent.
#include "guidance.hpp"

#include <ks/filter.hpp>

#include <algorithm>
#include <optional>
#include <vector>

struct FreSca {
  static constexpr ks::GuiderInfo info = {
      .id = "fresca",
      .title = "FreSca",
      .summary = "Guidance with its low and high frequencies scaled apart",
      .source =
          "Huang et al. 2025, FreSca: Scaling in Frequency Space Enhances Diffusion Models, "
          "section 3",
      .stage = ks::Stage::before,
      .positive_alone_at_1 = true};
  double scale_low = 1.0;
  double scale_high = 1.25;
  std::uint32_t freq_cutoff = 20;
  static constexpr auto params = ks::params(
      ks::param(&FreSca::scale_low, {"scale_low", "Multiplies the low frequencies", 0.0, 10.0}),
      ks::param(&FreSca::scale_high, {"scale_high", "Multiplies the high frequencies", 0.0, 10.0}),
      ks::param(&FreSca::freq_cutoff,
                {"freq_cutoff", "How many frequencies from 0 are low ones", 1, 10000}));

  std::optional<ks::PerPixel> gains;

  void begin(const ks::Run& run) {
    const ks::Extent latent = ks::extent_of(run.abi());
    std::vector<double> numbers;
    for (std::uint32_t i = 0; i < latent.height; ++i) {
      for (std::uint32_t j = 0; j < latent.width; ++j) {
        numbers.push_back(is_low(i, latent.height) && is_low(j, latent.width) ? scale_low : scale_high);
      }
    }
    gains.emplace(ks::filled(run.abi(), numbers));
  }

  void guide(ks::Guidance& g) const {
    if (!g.has_negative() || g.cfg == 1.0) return;  // there is no guidance
    const ks::Tensor guidance = g.positive - g.negative;
    g.positive = g.negative + ks::fourier(guidance, *gains, ks::Transform::dft);
  }

 private:
  // Whether bin `index` of `count` is of a frequency from -f to f - 1.
  bool is_low(std::uint32_t index, std::uint32_t count) const {
    const auto half = static_cast<std::int64_t>(count / 2);
    const auto reach = std::min<std::int64_t>(freq_cutoff, half);
    const std::int64_t frequency = (index + half) % count - half;
    return frequency >= -reach && frequency < reach;
  }
};

KS_GUIDER(FreSca)
