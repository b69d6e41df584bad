// SPDX-License-Identifier: Apache-2.0
//
// What is smooth in a latent, and what is fine. Where a formula of ks/expression.hpp works on elements,
// these work over height and width:
//
//   const ks::Tensor low = ks::blurred(delta, 2.0);   // Gaussian, in cells of the latent
//   const ks::Tensor low = ks::coarse(delta, 8, 8);   // as at 8 x 8 cells
//   x = ks::fourier(x, gains, ks::Transform::dct);    // gains: a ks::PerPixel of ks::filled()
//
// Needs a host with "ks.filters/1". \since 1.1
#ifndef KS_FILTER_HPP
#define KS_FILTER_HPP

#include <ks/filter.h>
#include <ks/expression.hpp>

#include <cstdint>
#include <span>
#include <stdexcept>

namespace ks {
namespace detail {

inline const ks_filters& filters(const ks_run* run) {
  const auto* table = static_cast<const ks_filters*>(run->extension(run, KS_FILTERS_1));
  if (table == nullptr) throw std::runtime_error("this host has no filters (" KS_FILTERS_1 ")");
  return *table;
}

}  // namespace detail

// The transforms of fourier(): see ks/filter.h for the order of their bins.
enum class Transform : std::uint32_t { dft = KS_FOURIER_DFT, dct = KS_FOURIER_DCT };

// Blurred by a Gaussian of that standard deviation, in cells: 0 to 1000.
inline Tensor blurred(const Tensor& tensor, double sigma) {
  Tensor made(tensor.run());
  const ks_filters& table = detail::filters(tensor.run());
  check((&table)->blur(tensor.run(), made.handle(), tensor.handle(), sigma));
  return made;
}

// As it is at a height and width no larger than its own, of means, and back: linear between them.
inline Tensor coarse(const Tensor& tensor, std::uint32_t height, std::uint32_t width) {
  Tensor made(tensor.run());
  const ks_filters& table = detail::filters(tensor.run());
  check((&table)->coarse(tensor.run(), made.handle(), tensor.handle(), height, width));
  return made;
}

// Each bin of its transform times its gain.
inline Tensor fourier(const Tensor& tensor, const PerPixel& gains, Transform transform) {
  Tensor made(tensor.run());
  const ks_filters& table = detail::filters(tensor.run());
  check((&table)->fourier(tensor.run(), made.handle(), tensor.handle(), gains.handle(),
                          static_cast<std::uint32_t>(transform)));
  return made;
}

// Numbers that the plugin has worked out, one for each pixel (or bin) of an item, row by row. Once a
// run, not once a step: it may wait for the device.
inline PerPixel filled(const ks_run* run, std::span<const double> numbers) {
  PerPixel made = PerPixel::undefined(run);
  const ks_filters& table = detail::filters(run);
  check((&table)->fill(run, made.handle(), numbers.data(), static_cast<std::uint32_t>(numbers.size())));
  return made;
}

}  // namespace ks

#endif
