// SPDX-License-Identifier: Apache-2.0
//
// The explicit exponential Runge-Kutta methods, each for the prediction of the picture and for that of
// the noise. The latter is for additive noise: a flow's first steps are long in lambda, and there e^h,
// by which its stages grow, is in the thousands.
#include "exponential_tableau.hpp"
#include "one_step.hpp"

#include <ks/table.hpp>

namespace solvers {
namespace {

const std::vector<Method>& methods() {
  static const std::vector<Method> all = [] {
    std::vector<Method> made;
    for (const ExponentialTableau& tableau : exponential_tableaux()) {
      for (const Prediction prediction : {Prediction::x0, Prediction::eps}) {
        const bool x0 = prediction == Prediction::x0;
        // For the picture ETD2RK is the sampler `exp_heun_2_x0`.
        if (x0 && std::string_view(tableau.id) == "etd2rk") continue;
        const auto stages = static_cast<std::uint32_t>(tableau.stages());
        made.push_back({std::string(tableau.id) + (x0 ? "" : "_eps"),
                        std::string(tableau.title) + (x0 ? "" : " (eps)"),
                        "Exponential Runge-Kutta method of order " + std::to_string(tableau.order) +
                            ", " + std::to_string(stages) + " model calls a step, for the prediction " +
                            (x0 ? "of the picture" : "of the noise"),
                        tableau.source, tableau.order, stages, stages, /*over_lambda=*/true,
                        x0 ? ks::Fits::all : ks::Fits::additive,
                        [&tableau, prediction](const Step& step, Stages& sums) {
                          fill(tableau, prediction, step, sums);
                        }});
      }
    }
    return made;
  }();
  return all;
}

}  // namespace

using ExponentialRungeKutta = Explicit;

}  // namespace solvers

using solvers::ExponentialRungeKutta;
KS_SAMPLER_TABLE(ExponentialRungeKutta, solvers::methods())
