// ResolutionSelector: sides of a ratio that together have so many pixels.
#include "host/nodes/utils/functions.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace ksampler {

std::vector<Value> run_resolution_selector(const NodeContext&, const Inputs& in) {
  int wide = 1, high = 1;  // "16:9 (Widescreen)"
  std::sscanf(in.text("aspect_ratio").c_str(), "%d:%d", &wide, &high);
  const std::int64_t w = wide, h = high;
  const std::int64_t multiple = in.integer("multiple"), least = in.integer("minimum");
  const double scale =
      std::sqrt(in.number("megapixels") * 1024.0 * 1024.0 / static_cast<double>(w * h));
  const auto side = [&](std::int64_t share) {  // halves to even, as Python's round()
    const double units = static_cast<double>(share) * scale / static_cast<double>(multiple);
    return static_cast<std::int64_t>(std::nearbyint(units)) * multiple;
  };
  if (side(w) >= least && side(h) >= least) return {side(w), side(h)};
  // The least k for which k * w and k * h are multiples, and neither is less.
  const auto up = [](std::int64_t value, std::int64_t unit) { return (value + unit - 1) / unit; };
  const std::int64_t step =
      std::lcm(multiple / std::gcd(w, multiple), multiple / std::gcd(h, multiple));
  const std::int64_t k = up(std::max(up(least, w), up(least, h)), step) * step;
  return {w * k, h * k};
}

}  // namespace ksampler
