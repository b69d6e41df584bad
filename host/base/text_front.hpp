// Texts cut to what there is room for.
#ifndef KSAMPLER_BASE_TEXT_FRONT_HPP
#define KSAMPLER_BASE_TEXT_FRONT_HPP

#include <cstddef>
#include <string_view>

namespace ksampler {

// The front of UTF-8 text: at most `bytes` bytes, and no part of a character.
std::string_view front_of(std::string_view text, std::size_t bytes);

}  // namespace ksampler

#endif
