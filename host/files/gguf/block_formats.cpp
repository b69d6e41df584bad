#include "host/files/gguf/block_formats.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

namespace ksampler {
namespace {

using Byte = std::uint8_t;

// IEEE's half precision: a shift into place, and a product that moves the exponent, which makes numbers
// below its normal ones right too.
float half(const Byte* at) {
  std::uint16_t bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t rest = (bits & 0x7FFFU) << 13U;
  if ((bits & 0x7C00U) == 0x7C00U) return std::bit_cast<float>(sign | rest | 0x7F800000U);
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(std::bit_cast<float>(rest) * 0x1p112F) |
                              sign);
}

std::int8_t signed_byte(Byte byte) { return static_cast<std::int8_t>(byte); }

// A nibble each of 16 bytes: the lower ones are the first 16 values, the upper ones the others.
void q4_0(const Byte* b, float* y) {
  const float d = half(b);
  for (int j = 0; j < 16; ++j) {
    y[j] = static_cast<float>((b[2 + j] & 0xF) - 8) * d;
    y[j + 16] = static_cast<float>((b[2 + j] >> 4) - 8) * d;
  }
}

void q4_1(const Byte* b, float* y) {
  const float d = half(b);
  const float m = half(b + 2);
  for (int j = 0; j < 16; ++j) {
    y[j] = static_cast<float>(b[4 + j] & 0xF) * d + m;
    y[j + 16] = static_cast<float>(b[4 + j] >> 4) * d + m;
  }
}

// The fifth bit of each value stands in a word of its own.
std::pair<int, int> five_bits(const Byte* nibbles, const Byte* fifths, int j) {
  std::uint32_t word = 0;
  std::memcpy(&word, fifths, sizeof word);
  const auto first = static_cast<int>(word >> j << 4U & 0x10U);
  const auto second = static_cast<int>(word >> (j + 12) & 0x10U);
  return {(nibbles[j] & 0xF) | first, (nibbles[j] >> 4) | second};
}

void q5_0(const Byte* b, float* y) {
  const float d = half(b);
  for (int j = 0; j < 16; ++j) {
    const auto [first, second] = five_bits(b + 6, b + 2, j);
    y[j] = static_cast<float>(first - 16) * d;
    y[j + 16] = static_cast<float>(second - 16) * d;
  }
}

void q5_1(const Byte* b, float* y) {
  const float d = half(b);
  const float m = half(b + 2);
  for (int j = 0; j < 16; ++j) {
    const auto [first, second] = five_bits(b + 8, b + 4, j);
    y[j] = static_cast<float>(first) * d + m;
    y[j + 16] = static_cast<float>(second) * d + m;
  }
}

void q8_0(const Byte* b, float* y) {
  const float d = half(b);
  for (int j = 0; j < 32; ++j) y[j] = static_cast<float>(signed_byte(b[2 + j])) * d;
}

// Of 256 values, in 16 parts with a scale and a minimum of 4 bits each.
void q2_k(const Byte* b, float* y) {
  const Byte* scales = b;
  const Byte* q = b + 16;
  const float d = half(b + 80);
  const float m = half(b + 82);
  for (int n = 0; n < 2; ++n, q += 32) {
    for (int shift = 0; shift < 8; shift += 2) {
      for (int part = 0; part < 2; ++part) {
        const Byte scale = *scales++;
        const float dl = d * static_cast<float>(scale & 0xF);
        const float ml = m * static_cast<float>(scale >> 4);
        for (int l = 0; l < 16; ++l) *y++ = dl * static_cast<float>(q[16 * part + l] >> shift & 3) - ml;
      }
    }
  }
}

// Two bits of each value, and a third that stands apart; scales of 6 bits, packed into 12 bytes.
void q3_k(const Byte* b, float* y) {
  const Byte* third = b;
  const Byte* q = b + 32;
  const Byte* packed = b + 96;
  const float d = half(b + 108);
  std::array<int, 16> scales{};
  for (int i = 0; i < 16; ++i) {
    const int low = i < 8 ? packed[i] & 0xF : packed[i - 8] >> 4;
    const int high = packed[8 + i % 4] >> (2 * (i / 4)) & 3;
    scales[static_cast<std::size_t>(i)] = (low | high << 4) - 32;
  }
  std::size_t next = 0;
  int bit = 0;
  for (int n = 0; n < 2; ++n, q += 32) {
    for (int shift = 0; shift < 8; shift += 2, ++bit) {
      for (int part = 0; part < 2; ++part) {
        const float dl = d * static_cast<float>(scales[next++]);
        for (int l = 16 * part; l < 16 * part + 16; ++l) {
          const int missing = (third[l] >> bit & 1) != 0 ? 0 : 4;
          *y++ = dl * static_cast<float>((q[l] >> shift & 3) - missing);
        }
      }
    }
  }
}

// The j-th of 8 scales and minima of 6 bits, packed into 12 bytes.
std::pair<int, int> scale_and_minimum(const Byte* q, int j) {
  if (j < 4) return {q[j] & 63, q[j + 4] & 63};
  return {(q[j + 4] & 0xF) | (q[j - 4] >> 6) << 4, (q[j + 4] >> 4) | (q[j] >> 6) << 4};
}

void q4_k(const Byte* b, float* y) {
  const float d = half(b);
  const float m = half(b + 2);
  const Byte* q = b + 16;
  for (int j = 0; j < 8; j += 2, q += 32) {
    for (int part = 0; part < 2; ++part) {
      const auto [scale, minimum] = scale_and_minimum(b + 4, j + part);
      const float dl = d * static_cast<float>(scale);
      const float ml = m * static_cast<float>(minimum);
      for (int l = 0; l < 32; ++l) *y++ = dl * static_cast<float>(q[l] >> (4 * part) & 0xF) - ml;
    }
  }
}

void q5_k(const Byte* b, float* y) {
  const float d = half(b);
  const float m = half(b + 2);
  const Byte* fifth = b + 16;
  const Byte* q = b + 48;
  for (int j = 0; j < 8; j += 2, q += 32) {
    for (int part = 0; part < 2; ++part) {
      const auto [scale, minimum] = scale_and_minimum(b + 4, j + part);
      const float dl = d * static_cast<float>(scale);
      const float ml = m * static_cast<float>(minimum);
      for (int l = 0; l < 32; ++l) {
        const int high = (fifth[l] >> (j + part) & 1) * 16;
        *y++ = dl * static_cast<float>((q[l] >> (4 * part) & 0xF) + high) - ml;
      }
    }
  }
}

void q6_k(const Byte* b, float* y) {
  const Byte* low = b;
  const Byte* high = b + 128;
  const Byte* scales = b + 192;
  const float d = half(b + 208);
  for (int n = 0; n < 2; ++n, low += 64, high += 32, scales += 8, y += 128) {
    for (int k = 0; k < 4; ++k) {
      const Byte* nibbles = low + 32 * (k % 2);
      for (int l = 0; l < 32; ++l) {
        const int value = (nibbles[l] >> (4 * (k / 2)) & 0xF) | (high[l] >> (2 * k) & 3) << 4;
        const float dl = d * static_cast<float>(signed_byte(scales[l / 16 + 2 * k]));
        y[32 * k + l] = dl * static_cast<float>(value - 32);
      }
    }
  }
}

// Nibbles that stand for values which lie as weights do.
constexpr std::array<float, 16> kUneven = {-127, -104, -83, -65, -49, -35, -22, -10,
                                           1,    13,   25,  38,  53,  69,  89,  113};

void iq4_nl(const Byte* b, float* y) {
  const float d = half(b);
  for (int j = 0; j < 16; ++j) {
    y[j] = d * kUneven[b[2 + j] & 0xF];
    y[j + 16] = d * kUneven[b[2 + j] >> 4];
  }
}

void iq4_xs(const Byte* b, float* y) {
  const float d = half(b);
  std::uint16_t high = 0;
  std::memcpy(&high, b + 2, sizeof high);
  const Byte* low = b + 4;
  const Byte* q = b + 8;
  for (int part = 0; part < 8; ++part, q += 16, y += 32) {
    const int scale = (low[part / 2] >> (4 * (part % 2)) & 0xF) | (high >> (2 * part) & 3) << 4;
    const float dl = d * static_cast<float>(scale - 32);
    for (int j = 0; j < 16; ++j) {
      y[j] = dl * kUneven[q[j] & 0xF];
      y[j + 16] = dl * kUneven[q[j] >> 4];
    }
  }
}

constexpr std::array<BlockFormat, 12> kFormats = {{{"Q4_0", 2, 32, 18, q4_0},
                                                   {"Q4_1", 3, 32, 20, q4_1},
                                                   {"Q5_0", 6, 32, 22, q5_0},
                                                   {"Q5_1", 7, 32, 24, q5_1},
                                                   {"Q8_0", 8, 32, 34, q8_0},
                                                   {"Q2_K", 10, 256, 84, q2_k},
                                                   {"Q3_K", 11, 256, 110, q3_k},
                                                   {"Q4_K", 12, 256, 144, q4_k},
                                                   {"Q5_K", 13, 256, 176, q5_k},
                                                   {"Q6_K", 14, 256, 210, q6_k},
                                                   {"IQ4_NL", 20, 32, 18, iq4_nl},
                                                   {"IQ4_XS", 23, 256, 136, iq4_xs}}};

}  // namespace

std::span<const BlockFormat> block_formats() { return kFormats; }

const BlockFormat* block_format(std::string_view name) {
  const auto* const found = std::ranges::find(kFormats, name, &BlockFormat::name);
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace ksampler
