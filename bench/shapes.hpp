// The latents that everything is measured at.
#ifndef KSAMPLER_BENCH_SHAPES_HPP
#define KSAMPLER_BENCH_SHAPES_HPP

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ksampler::bench {

using Shape = std::vector<std::int64_t>;

inline const std::array<Shape, 3> kShapes = {Shape{1, 4, 64, 64}, Shape{1, 4, 128, 128},
                                             Shape{4, 4, 128, 128}};

// "4x4x128x128"
inline std::string text(const Shape& shape) {
  std::string result;
  for (const std::int64_t size : shape) {
    if (!result.empty()) result += 'x';
    result += std::to_string(size);
  }
  return result;
}

inline std::size_t elements(const Shape& shape) {
  std::size_t count = 1;
  for (const std::int64_t size : shape) count *= static_cast<std::size_t>(size);
  return count;
}

}  // namespace ksampler::bench

#endif
