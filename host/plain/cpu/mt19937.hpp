// The state of a Mersenne Twister (Matsumoto and Nishimura 1998), as PyTorch's CPU generator keeps it.
#ifndef KSAMPLER_PLAIN_CPU_MT19937_HPP
#define KSAMPLER_PLAIN_CPU_MT19937_HPP

#include <stddef.h>
#include <stdint.h>

namespace ksampler::cpu {

struct Mt19937 {
  static constexpr size_t kWords = 624;

  uint32_t words[kWords];
  size_t used;  // how many of `words` were handed out; kWords: the next word needs a new block

  void seed(uint32_t value) {
    words[0] = value;
    for (uint32_t i = 1; i < kWords; ++i) {
      words[i] = 1812433253U * (words[i - 1] ^ (words[i - 1] >> 30)) + i;
    }
    used = kWords;
  }
};

}  // namespace ksampler::cpu

#endif
