// One Brownian path over an interval of noise levels, fixed by its seed alone: the values of torchsde
// 0.2.6's BrownianTree as k-diffusion's BrownianTreeNoiseSampler asks for them.
//
// The path is a binary tree of intervals, each halved at its middle (times rounded to 6 decimals):
//   W(left) = |left| / |parent| W(parent) + sqrt(|left| |right| / |parent|) z,  W(right) = W(parent) -
//   W(left)
// where z are the normals of PyTorch's CPU generator, seeded from NumPy's SeedSequence of (seed, place
// of the interval in the tree). An increment is the sum over the intervals that it is made of.
#ifndef KSAMPLER_PLAIN_BROWNIAN_HPP
#define KSAMPLER_PLAIN_BROWNIAN_HPP

#include "host/plain/workers.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ksampler {

// Thread rule: one thread at a time; prefetch() works on a thread of the object's own.
class BrownianTree {
 public:
  // A path of `size` elements from sigma_min to sigma_max, which are rounded to float32 like every
  // sigma. Throws Error where they are not finite, or more than 1e12 apart. `workers` outlive it.
  BrownianTree(std::size_t size, double sigma_min, double sigma_max, std::uint64_t seed,
               const Workers& workers = no_helpers());
  ~BrownianTree();
  BrownianTree(const BrownianTree&) = delete;
  BrownianTree& operator=(const BrownianTree&) = delete;

  // out = (W(sigma_next) - W(sigma)) / sqrt|sigma_next - sigma|, `size` elements.
  // Noise levels outside the path are moved to its ends. Where nothing lies between the two, zeros.
  // Throws Error where one is not finite.
  void increment_into(float* out, double sigma, double sigma_next);

  // Begins to compute that increment on another thread: a later increment_into of the same interval
  // waits at most for the rest. Cheap to call; the latest few requests are kept.
  void prefetch(double sigma, double sigma_next);

 private:
  class Ahead;
  class Path;
  std::unique_ptr<Path> path_;
  std::unique_ptr<Ahead> ahead_;  // destroyed first: its thread uses the path
};

}  // namespace ksampler

#endif
