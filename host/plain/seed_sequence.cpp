#include "host/plain/seed_sequence.hpp"

namespace ksampler {
namespace {

constexpr std::uint32_t kInitA = 0x43b0d7e5, kMultiplyA = 0x931e8875;
constexpr std::uint32_t kInitB = 0x8b51f9dd, kMultiplyB = 0x58f38ded;
constexpr std::uint32_t kMixLeft = 0xca01f9dd, kMixRight = 0x4973f715;

std::uint32_t hash(std::uint32_t value, std::uint32_t& multiplier, std::uint32_t step) {
  value ^= multiplier;
  multiplier *= step;
  value *= multiplier;
  return value ^ (value >> 16);
}

std::uint32_t mix(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t mixed = kMixLeft * a - kMixRight * b;
  return mixed ^ (mixed >> 16);
}

}  // namespace

SeedSequence::SeedSequence(std::uint64_t entropy) : hash_(kInitA) {
  // Entropy of fewer words than the pool is padded with zeros, whether a spawn key follows or not.
  for (std::size_t i = 0; i < kPool; ++i) {
    const auto word = i < 2 ? static_cast<std::uint32_t>(entropy >> (32 * i)) : 0U;
    pool_[i] = hash(word, hash_, kMultiplyA);
  }
  for (std::size_t from = 0; from < kPool; ++from) {
    for (std::size_t to = 0; to < kPool; ++to) {
      if (from != to) pool_[to] = mix(pool_[to], hash(pool_[from], hash_, kMultiplyA));
    }
  }
}

void SeedSequence::generate(std::initializer_list<std::uint64_t> key,
                            std::span<std::uint32_t> words) const {
  std::array<std::uint32_t, kPool> pool = pool_;
  std::uint32_t hash_a = hash_;
  for (const std::uint64_t number : key) {
    // A number is as many words as it needs, at least one.
    std::uint64_t rest = number;
    do {
      for (std::uint32_t& to : pool) {
        to = mix(to, hash(static_cast<std::uint32_t>(rest), hash_a, kMultiplyA));
      }
      rest >>= 32;
    } while (rest != 0);
  }
  std::uint32_t hash_b = kInitB;
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = hash(pool[i % kPool], hash_b, kMultiplyB);
}

}  // namespace ksampler
