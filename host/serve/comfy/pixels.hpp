// Pictures of 16 bit RGBA as 8 bit pixels of which some channels are wanted.
#ifndef KSAMPLER_SERVE_COMFY_PIXELS_HPP
#define KSAMPLER_SERVE_COMFY_PIXELS_HPP

#include "host/files/picture.hpp"

#include <cstdint>
#include <vector>

namespace ksampler::comfy {

// RGB, as if there were no alpha.
std::vector<std::uint8_t> rgb_of(const Picture& picture);

// RGBA: the alpha, over black.
std::vector<std::uint8_t> black_with_alpha_of(const Picture& picture);

// RGBA: the colours of one, the alpha of the other, which has its size.
std::vector<std::uint8_t> colours_with_alpha_of(const Picture& colours, const Picture& alpha);

}  // namespace ksampler::comfy

#endif
