// SPDX-License-Identifier: Apache-2.0
//
// What DPM-Solver-v3 knows of a model beforehand, over lambda = log(alpha / sigma): l, s and b, of
// which the first is where e^-lambda eps is nearest to l x / alpha, and s and b are those with which
// the rest of it, f, is nearest to df/dlambda = s f + b. Here each is one number for the whole latent.
#ifndef KS_DPM_SOLVER_V3_STATISTICS_HPP
#define KS_DPM_SOLVER_V3_STATISTICS_HPP

#include <ks/math.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

class Statistics {
 public:
  struct Value {
    double l;
    double rest;  // 1 - l
    double s;
    double b;
  };

  // Of Gaussian data, whatever their mean m: with v = e^-2 lambda and c the standard deviation,
  //   e^-lambda eps = v (x / alpha - m) / (v + c^2),   so  l = v / (v + c^2),   f = -l m,
  // and s is the slope of log l. They make every step exact.
  explicit Statistics(double data_std) : variance_(data_std * data_std) {}

  // Numbers at each of `lambdas`, linear between them and constant beyond. No `b`: 0. Throws where
  // there are not as many, or lambdas do not rise.
  Statistics(std::span<const double> lambdas, std::span<const double> l, std::span<const double> s,
             std::span<const double> b) {
    const auto expect = [&](const char* name, std::span<const double> numbers) {
      if (numbers.size() == lambdas.size()) return;
      throw std::runtime_error("`" + std::string(name) + "` has " + std::to_string(numbers.size()) +
                               " numbers; expected as many as `lambdas`, " +
                               std::to_string(lambdas.size()));
    };
    expect("l", l);
    expect("s", s);
    if (!b.empty()) expect("b", b);
    for (std::size_t i = 0; i < lambdas.size(); ++i) {
      if (i > 0 && lambdas[i] <= lambdas[i - 1]) throw std::runtime_error("`lambdas` do not rise");
      lambdas_.push_back(lambdas[i]);
      values_.push_back({l[i], 1 - l[i], s[i], b.empty() ? 0 : b[i]});
    }
  }

  Value at(double lambda) const {
    if (lambdas_.empty()) {
      const double noise = std::exp(-2 * lambda);
      const double rest = variance_ / (noise + variance_);
      return {noise / (noise + variance_), rest, -2 * rest, 0};
    }
    const auto above = std::upper_bound(lambdas_.begin(), lambdas_.end(), lambda);
    if (above == lambdas_.begin()) return values_.front();
    if (above == lambdas_.end()) return values_.back();
    const auto k = static_cast<std::size_t>(above - lambdas_.begin());
    const double t = (lambda - lambdas_[k - 1]) / (lambdas_[k] - lambdas_[k - 1]);
    const Value &p = values_[k - 1], &q = values_[k];
    return {std::lerp(p.l, q.l, t), std::lerp(p.rest, q.rest, t), std::lerp(p.s, q.s, t),
            std::lerp(p.b, q.b, t)};
  }

 private:
  double variance_ = 0;
  std::vector<double> lambdas_;
  std::vector<Value> values_;
};

// The integrals of a step, over lambda from where it begins to where it ends.
struct StepIntegrals {
  double l = 0;  // of l: L
  double s = 0;  // of s: S
  double b = 0;  // of e^-S b: B
  double c = 0;  // of e^(L+S) B
  // Of e^(L+S) times Lagrange's basis polynomials on the lambdas of the predictions.
  std::array<double, 3> weights{};
};

// By the classical Runge-Kutta method, as each builds on those before it; in parts so short that what
// it leaves is far below float32's rounding. `nodes` are up to three.
template <typename Nodes>
StepIntegrals integrate(const Statistics& statistics, double from, double to, const Nodes& nodes) {
  constexpr double kPart = 0.02;
  constexpr double kFewest = 4;
  const double parts = std::max(kFewest, std::ceil(std::abs(to - from) / kPart));
  const double h = (to - from) / parts;
  const auto slope = [&](double lambda, const StepIntegrals& at) {
    const Statistics::Value value = statistics.at(lambda);
    const double factor = std::exp(at.l + at.s);
    StepIntegrals d{value.l, value.s, std::exp(-at.s) * value.b, factor * at.b, {}};
    for (std::size_t j = 0; j < nodes.size(); ++j) {
      d.weights.at(j) = factor * ks::lagrange(nodes, j, lambda);
    }
    return d;
  };
  const auto moved = [](StepIntegrals from_here, const StepIntegrals& d, double by) {
    from_here.l += by * d.l;
    from_here.s += by * d.s;
    from_here.b += by * d.b;
    from_here.c += by * d.c;
    for (std::size_t j = 0; j < d.weights.size(); ++j) from_here.weights.at(j) += by * d.weights.at(j);
    return from_here;
  };
  StepIntegrals at;
  for (double part = 0; part < parts; ++part) {
    const double lambda = from + part * h;
    const StepIntegrals k1 = slope(lambda, at);
    const StepIntegrals k2 = slope(lambda + h / 2, moved(at, k1, h / 2));
    const StepIntegrals k3 = slope(lambda + h / 2, moved(at, k2, h / 2));
    const StepIntegrals k4 = slope(lambda + h, moved(at, k3, h));
    at = moved(moved(moved(moved(at, k1, h / 6), k2, h / 3), k3, h / 3), k4, h / 6);
  }
  return at;
}

#endif
