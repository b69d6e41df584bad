// The shape of a latent, and the parts of it that a tensor may have: KS_SHAPE_...
#ifndef KSAMPLER_PLAIN_LATENT_SHAPE_HPP
#define KSAMPLER_PLAIN_LATENT_SHAPE_HPP

#include <ks/expression.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace ksampler {

struct LatentShape {
  std::int64_t items = 0, channels = 0, height = 0, width = 0;

  std::array<std::int64_t, 4> sizes(std::uint32_t shape) const;
  std::int64_t elements(std::uint32_t shape) const;
  std::int64_t pixels() const { return height * width; }
  bool operator==(const LatentShape&) const = default;
};

// Whether an element of shape `whole` has one element of shape `part` that it takes.
bool repeats_in(std::uint32_t part, std::uint32_t whole);

// How many values an operation takes from the stack.
constexpr std::size_t values_taken_by(std::uint32_t op) {
  if (op <= KS_OP_NUMBER) return 0;
  if (op <= KS_OP_POWER) return 2;
  return op == KS_OP_WHERE ? 3 : 1;
}

}  // namespace ksampler

#endif
