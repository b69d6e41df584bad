// SPDX-License-Identifier: Apache-2.0
//
// What several guiders measure of an item, and the plain guidance that they begin from.
#ifndef KSAMPLER_PLUGINS_GUIDANCE_HPP
#define KSAMPLER_PLUGINS_GUIDANCE_HPP

#include <ks/guider.hpp>

// negative + cfg * (positive - negative)
inline auto plain(const ks::Guidance& g) { return g.negative + g.cfg * (g.positive - g.negative); }

// The dot product of two tensors, for each item.
inline ks::Reduction dot(const ks::Tensor& a, const ks::Tensor& b) { return ks::sum(ks::each(a) * b); }

// sqrt(sum a^2), for each item.
inline ks::PerItem norm(const ks::Tensor& a) {
  ks::PerItem square = dot(a, a);
  square = ks::sqrt(square);
  return square;
}

// The standard deviation of an item's elements.
inline ks::PerItem deviation(const ks::Tensor& a) {
  const ks::PerItem mean = ks::mean(a);
  ks::PerItem variance = ks::mean((ks::each(a) - mean) * (ks::each(a) - mean));
  variance = ks::sqrt(variance);
  return variance;
}

#endif
