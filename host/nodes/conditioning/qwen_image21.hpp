#ifndef KSAMPLER_NODES_CONDITIONING_QWEN_IMAGE21_HPP
#define KSAMPLER_NODES_CONDITIONING_QWEN_IMAGE21_HPP

#include <cstdint>

namespace ksampler {

// How many pictures TextEncodeQwenImage21 takes: "images.image_1" and so on.
inline constexpr std::int64_t kQwen21Pictures = 16;

}  // namespace ksampler

#endif
