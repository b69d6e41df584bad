#include "host/plain/generator.hpp"

#include "host/base/error.hpp"
#include "host/base/sentence.hpp"
#include "host/plain/cpu/kernels.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>

namespace ksampler {
namespace {

constexpr std::size_t kGroup = 16;  // fewer are drawn one by one

void next_block(cpu::Mt19937& state) {
  constexpr std::size_t kWords = cpu::Mt19937::kWords;
  std::uint32_t* const words = state.words;
  for (std::size_t i = 0; i < kWords; ++i) {
    const std::uint32_t mixed = (words[i] & 0x80000000U) | (words[(i + 1) % kWords] & 0x7fffffffU);
    words[i] = words[(i + 397) % kWords] ^ (mixed >> 1) ^ (-(mixed & 1U) & 0x9908b0dfU);
  }
  state.used = 0;
}

// 8 radii and 8 angles, in place.
void box_muller(float* group) {
  for (std::size_t i = 0; i < kGroup / 2; ++i) {
    const float u1 = 1.0f - group[i];
    const float radius = std::sqrt(-2.0f * std::log(u1));
    const auto theta =
        static_cast<float>(2.0 * std::numbers::pi * static_cast<double>(group[i + kGroup / 2]));
    group[i] = radius * std::cos(theta) + 0.0f;  // -0 becomes 0
    group[i + kGroup / 2] = radius * std::sin(theta) + 0.0f;
  }
}

}  // namespace

Generator::Generator(std::uint64_t seed) { state_.seed(static_cast<std::uint32_t>(seed)); }

std::uint32_t Generator::word() {
  if (state_.used == cpu::Mt19937::kWords) next_block(state_);
  std::uint32_t y = state_.words[state_.used++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680U;
  y ^= (y << 15) & 0xefc60000U;
  return y ^ (y >> 18);
}

double Generator::uniform() {
  const std::uint64_t high = word();
  const std::uint64_t bits = high << 32 | word();
  return static_cast<double>(bits & ((std::uint64_t{1} << 53) - 1)) * 0x1p-53;
}

double Generator::normal_one() {
  if (half_) return *std::exchange(half_, std::nullopt);
  const double u1 = uniform();
  const double u2 = uniform();
  const double radius = std::sqrt(-2.0 * std::log1p(-u2));
  const double theta = 2.0 * std::numbers::pi * u1;
  half_ = radius * std::sin(theta);
  return radius * std::cos(theta);
}

void Generator::normals_without_kernel(float* out, std::size_t size) {
  const auto fill = [&](float* to, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<float>(word() & 0xffffffU) * 0x1p-24f;
    }
  };
  fill(out, size);
  for (std::size_t i = 0; i + kGroup <= size; i += kGroup) box_muller(out + i);
  if (size % kGroup == 0) return;
  // A last group that is not full: the last 16 are drawn again.
  fill(out + size - kGroup, kGroup);
  box_muller(out + size - kGroup);
}

void Generator::normals(float* out, std::size_t size) {
  if (size < kGroup) {
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<float>(normal_one());
  } else if (const auto kernel = cpu::kernels().normals; kernel != nullptr) {
    kernel(state_, out, size);
  } else {
    normals_without_kernel(out, size);
  }
}

void prepare_noise(float* out, std::size_t items, std::size_t item, Generator& generator,
                   const std::optional<std::vector<std::int64_t>>& batch_index) {
  if (!batch_index) return generator.normals(out, items * item);
  if (batch_index->size() != items) {
    throw Error(sentence("batch_index has {} entries for a latent of {} items; expected one for each",
                         batch_index->size(), items));
  }
  std::int64_t last = -1;
  for (const std::int64_t index : *batch_index) {
    if (index < 0) {
      throw Error(sentence("batch_index has the entry {}; expected 0 or above", index));
    }
    last = std::max(last, index);
  }
  if (item == 0) return;
  std::vector<float> draw(item);
  // The items before the last one wanted are drawn too, wanted or not: the generator has to pass them.
  for (std::int64_t drawn = 0; drawn <= last; ++drawn) {
    generator.normals(draw);
    for (std::size_t i = 0; i < items; ++i) {
      if ((*batch_index)[i] == drawn) std::memcpy(out + i * item, draw.data(), item * sizeof(float));
    }
  }
}

}  // namespace ksampler
