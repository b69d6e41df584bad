// NumPy's SeedSequence (numpy.random.SeedSequence; after M. O'Neill's seed_seq): seeds for the nodes of
// a tree, from one entropy and each node's spawn key.
#ifndef KSAMPLER_PLAIN_SEED_SEQUENCE_HPP
#define KSAMPLER_PLAIN_SEED_SEQUENCE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>

namespace ksampler {

// The pool of SeedSequence(entropy, pool_size=24), kept before the spawn key is mixed in: that part
// costs 24 * 24 hashes and is the same for all nodes.
class SeedSequence {
 public:
  static constexpr std::size_t kPool = 24;

  explicit SeedSequence(std::uint64_t entropy);

  // The first words of SeedSequence(entropy, spawn_key=key).generate_state(n). An empty key: no spawn
  // key.
  void generate(std::initializer_list<std::uint64_t> key, std::span<std::uint32_t> words) const;

 private:
  std::array<std::uint32_t, kPool> pool_{};
  std::uint32_t hash_;  // the multiplier that the next hash uses
};

}  // namespace ksampler

#endif
