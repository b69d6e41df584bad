// SPDX-License-Identifier: Apache-2.0
//
// What schedules of logit-normal distributions share.
#ifndef KS_SCHEDULES_NORMAL_QUANTILE_HPP
#define KS_SCHEDULES_NORMAL_QUANTILE_HPP

#include <boost/math/special_functions/erf.hpp>

#include <cstdint>
#include <numbers>

// Phi^-1(1 - i / n), of the standard normal distribution, for 0 < i < n. (Phi^-1(1) is infinite.)
inline double upper_normal_quantile(std::uint32_t i, std::uint32_t n) {
  return std::numbers::sqrt2 * boost::math::erf_inv(1 - 2.0 * i / n);
}

#endif
