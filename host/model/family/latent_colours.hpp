// A latent as a small picture, without an autoencoder: a pixel for each cell, whose colour is a linear
// function of its channels. Good enough to see what a run is about to give.
#ifndef KSAMPLER_MODEL_FAMILY_LATENT_COLOURS_HPP
#define KSAMPLER_MODEL_FAMILY_LATENT_COLOURS_HPP

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ksampler {

using Rgb = std::array<double, 3>;

// rgb = offset + sum_c factors[c] * channel c, from -1 to 1, for a latent as the model sees it (of
// variance about 1).
struct LatentColours {
  Rgb offset = {};
  std::vector<Rgb> factors;  // one for each channel
};

// Three channels are red, green and blue already; others show their first, grey.
LatentColours plain_colours(std::int64_t channels);

// "0.3 0.2 0.2 ...": red, green and blue for each channel, and then for the offset. Throws Error.
LatentColours parse_colours(const std::string& text, std::int64_t channels);

// [B,C,H,W] to [B,3,H,W], 0 to 1; values that are not finite are black.
at::Tensor coloured(const at::Tensor& latent, const LatentColours& colours);

}  // namespace ksampler

#endif
