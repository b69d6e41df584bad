// SPDX-License-Identifier: Apache-2.0
//
// Noise with an offset for each channel of an item, so that a run may begin at other brightness and
// colour than grey: (z + s o) / sqrt(1 + s^2), where o is the mean of another draw over the channel, of
// variance 1.
#include <ks/noise.hpp>

#include <cmath>

struct Offset {
  static constexpr ks::NoiseInfo info = {
      .id = "offset",
      .title = "Offset",
      .summary = "With an offset for each channel: pictures may be darker, lighter or of one colour",
      .source = "Guttenberg 2023, Diffusion With Offset Noise; here scaled to variance 1",
      .unit = true,
      .by_item = true};
  double strength = 0.1;
  static constexpr auto params =
      ks::params(ks::param(&Offset::strength, {"strength", "The deviation of the offset", 0.0, 10.0}));

  void shape(ks::Draw& draw) const {
    if (strength == 0.0) return;
    const ks::Extent extent = ks::extent_of(draw.run().abi());
    const double pixels = static_cast<double>(extent.height) * extent.width;
    const ks::Tensor other = draw.white();
    const ks::PerChannel mean = ks::mean(other);
    const double scale = 1.0 / std::sqrt(1.0 + strength * strength);
    draw.noise = scale * ks::each(draw.noise) + scale * strength * std::sqrt(pixels) * mean;
  }
};

KS_NOISE(Offset)
