// White noise for noise sources to shape, and a host to shape it in.
#ifndef KSAMPLER_CONFORMANCE_SHAPING_CASE_HPP
#define KSAMPLER_CONFORMANCE_SHAPING_CASE_HPP

#include "host/conformance/runs.hpp"
#include "host/conformance/toy_shaping.hpp"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace ksampler::conformance {

// A latent for them: [items, 4, 16, 16].
inline constexpr std::size_t kShapedChannels = 4;
inline constexpr std::size_t kShapedSide = 16;
inline constexpr std::size_t kShapedItem = kShapedChannels * kShapedSide * kShapedSide;

// Draws of which item `first` + i of a batch is the same in any batch.
inline toy::Noise noise_by_item(std::uint64_t seed, std::size_t first, std::size_t items) {
  std::vector<toy::Noise> sources;
  for (std::size_t i = 0; i < items; ++i) sources.push_back(toy::normal_noise(64 * seed + first + i));
  return [sources = std::move(sources)](double sigma, double sigma_next, std::size_t size) {
    Vector all;
    for (const toy::Noise& source : sources) {
      const Vector item = source(sigma, sigma_next, size / sources.size());
      all.insert(all.end(), item.begin(), item.end());
    }
    return all;
  };
}

struct ShapingCase {
  bool flow = false;
  std::uint64_t seed = 1;
  std::size_t first = 0;  // of its items, in the batch of which it is a part
  std::size_t items = 1;

  // The levels that its draws are for: the start, and two steps.
  std::vector<std::pair<double, double>> levels() const {
    if (flow) return {{0, 0.97}, {0.97, 0.7}, {0.4, 0.15}};
    return {{0, 14}, {14, 5}, {1.7, 0.4}};
  }
  std::size_t size() const { return items * kShapedItem; }
  // What it is handed, draw by draw: independent of what it draws itself.
  toy::Noise white() const { return noise_by_item(2 * seed, first, items); }
};

inline void prepare_shaping(Host& host, const ShapingCase& shaping) {
  host.flow = shaping.flow;
  host.sigmas = shaping.flow ? Vector{0.97, 0.7, 0.4, 0.15, 0} : Vector{14, 5, 1.7, 0.4, 0};
  host.x = Vector(shaping.size(), 0.0);
  host.items = static_cast<std::uint32_t>(shaping.items);
  host.channels = kShapedChannels;
  host.height = kShapedSide;
  host.noise = noise_by_item(2 * shaping.seed + 1, shaping.first, shaping.items);
}

}  // namespace ksampler::conformance

#endif
