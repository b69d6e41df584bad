// SPDX-License-Identifier: Apache-2.0
#ifndef KS_SCHEDULES_LOGLINEAR_HPP
#define KS_SCHEDULES_LOGLINEAR_HPP

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

// A table of falling noise levels, all above 0, read at `count` points: linear in ln(sigma), counted
// from its low end, as the authors of published tables do. `table` has 2 or more.
inline std::vector<double> loglinear(std::span<const double> table, std::size_t count) {
  if (count == table.size()) return {table.begin(), table.end()};
  const auto log_at = [&](std::size_t from_low_end) {
    return std::log(table[table.size() - 1 - from_low_end]);
  };
  const auto segments = static_cast<double>(table.size() - 1);
  std::vector<double> sigmas(count, table.front());
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const double x = static_cast<double>(i) / static_cast<double>(count - 1) * segments;
    const auto low = static_cast<std::size_t>(x);
    const double log_sigma =
        log_at(low) + (log_at(low + 1) - log_at(low)) * (x - static_cast<double>(low));
    sigmas[count - 1 - i] = std::exp(log_sigma);
  }
  return sigmas;
}

#endif
