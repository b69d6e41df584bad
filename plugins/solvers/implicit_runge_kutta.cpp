// SPDX-License-Identifier: Apache-2.0
//
// The implicit Runge-Kutta methods, in two variables, by fixed-point iteration. What is linear in a
// step is solved; only the predictions are iterated, from that at the start of the step on.
#include "one_step.hpp"
#include "tableau.hpp"

#include <ks/table.hpp>

namespace solvers {
namespace {

// Whether a stage lies at the start of the step and still depends on all others. Over alpha / sigma,
// which grows a thousandfold in a step towards 0, the predictions of the others would have to agree for
// that.
bool begins_with_a_sum(const Tableau& tableau) { return tableau.c(0) < 1e-15 && !tableau.is_start(0); }

std::vector<Method> methods() {
  std::vector<Method> made;
  for (const Tableau& tableau : implicit_tableaux()) {
    for (const Variable variable : {Variable::sigma, Variable::x0}) {
      const bool x0 = variable == Variable::x0;
      if (x0 && begins_with_a_sum(tableau)) continue;
      const auto stages = static_cast<std::uint32_t>(tableau.stages());
      const std::uint32_t calls = 1 + (tableau.order - 1) * (stages - (tableau.is_start(0) ? 1 : 0));
      made.push_back({std::string(tableau.id) + (x0 ? "_x0" : ""),
                      std::string(tableau.title) + (x0 ? " (x0)" : ""),
                      "Implicit Runge-Kutta method of order " + std::to_string(tableau.order) + ", " +
                          std::to_string(calls) + " model calls a step, of the " +
                          (x0 ? "prediction of the picture, over alpha / sigma" : "latent, over sigma"),
                      tableau.source, tableau.order, stages, calls,
                      /*over_lambda=*/false, ks::Fits::all,
                      [&tableau, variable](const Step& step, Stages& sums) {
                        fill(tableau, variable, step, sums);
                      }});
    }
  }
  return made;
}

const std::vector<Method>& all_methods() {
  static const std::vector<Method> all = methods();
  return all;
}

}  // namespace

// The prediction at the start is off by O(h) in the stages, and each sweep gains an order; the step is
// one order better than its stages.
struct Implicit {
  const Method* row = nullptr;
  std::uint32_t iterations = 0;
  double eta = 0;
  double s_noise = 1;

  static ks::SamplerInfo info(const Method& method) { return info_of(method); }
  static constexpr auto params = ks::params(
      ks::param(
          &Implicit::iterations,
          {"iterations", "Sweeps over the stages; 0: one less than the order, which it needs", 0, 50}),
      ks::param(&Implicit::eta,
                {"eta", "Part of the noise drawn anew: 0 for none, 1 for all", 0.0, 1.0}),
      ks::s_noise_param(&Implicit::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const {
    solvers::sample(run, x, *row, iterations > 0 ? iterations : row->order - 1, eta, s_noise);
  }
};

}  // namespace solvers

using solvers::Implicit;
KS_SAMPLER_TABLE(Implicit, solvers::all_methods())
