// SPDX-License-Identifier: Apache-2.0
//
// Two arctangent curves that meet at `middle`: small steps at both ends of each (known as bong_tangent
// from RES4LYF; only the formula is taken). With N = n + 2 points, of which m = floor((p1 + p2) / 2 *
// N) are on the first curve (the meeting point counted twice), and a curve through points 0 to k-1
//   c(x) = (a(x) - a(k-1)) / (a(0) - a(k-1)) * (from - to) + to,  a(x) = arctan(s * 40 / N * (p - x))
// the first goes from 1 to `middle` with p = floor(p1 * N), the second from `middle` to 0 with
// p = floor(p2 * N) - m. All times sigma_max, which is 1 for flow models, for which it was made.
#include <ks/scheduler.hpp>

#include <algorithm>

struct BongTangent {
  double middle = 0.5;
  double pivot_1 = 0.6;
  double pivot_2 = 0.6;
  double slope_1 = 0.2;
  double slope_2 = 0.2;

  static constexpr ks::SchedulerInfo info = {
      .id = "bong_tangent",
      .title = "Bong tangent",
      .summary = "Two arctangent curves: smaller steps at both ends and in the middle",
      .source = "the formula of RES4LYF's bong_tangent"};
  static constexpr auto params = ks::params(
      ks::param(&BongTangent::middle, {"middle", "Where the curves meet, of sigma_max", 0, 1}),
      ks::param(&BongTangent::pivot_1, {"pivot_1", "Where the first is steepest, of the steps", 0, 1}),
      ks::param(&BongTangent::pivot_2, {"pivot_2", "Where the second is steepest, of the steps", 0, 1}),
      ks::param(&BongTangent::slope_1, {"slope_1", "How steep the first is", 0.001, 100}),
      ks::param(&BongTangent::slope_2, {"slope_2", "How steep the second is", 0.001, 100}));

  static double curve(double x, double last, double slope, double pivot, double from, double to) {
    const auto a = [&](double at) { return std::atan(slope * (pivot - at)); };
    return (a(x) - a(last)) / (a(0) - a(last)) * (from - to) + to;
  }

  std::vector<double> sigmas(const ks::Model& model, std::uint32_t steps) const {
    const double sigma_max = model.sigma_max();
    if (steps == 1) return {sigma_max, 0.0};  // no room for two curves
    const double points = steps + 2.0;
    const double m = std::clamp(std::floor((points * pivot_1 + points * pivot_2) / 2), 2.0, points - 2);
    const double scale = 40.0 / points;
    const double p_1 = std::floor(points * pivot_1);
    const double p_2 = std::floor(points * pivot_2) - m;
    std::vector<double> sigmas;
    for (double x = 0; x < m - 1; ++x) {
      sigmas.push_back(sigma_max * curve(x, m - 1, slope_1 * scale, p_1, 1.0, middle));
    }
    for (double x = 0; x < points - m; ++x) {
      sigmas.push_back(sigma_max * curve(x, points - m - 1, slope_2 * scale, p_2, middle, 0.0));
    }
    return sigmas;
  }
};

KS_SCHEDULER(BongTangent)
