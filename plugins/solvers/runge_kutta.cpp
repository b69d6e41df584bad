// SPDX-License-Identifier: Apache-2.0
//
// The explicit Runge-Kutta methods, each in the three variables of tableau.hpp.
#include "one_step.hpp"
#include "tableau.hpp"

#include <ks/table.hpp>

namespace solvers {
namespace {

struct In {
  Variable variable;
  const char* suffix;
  const char* title;
  const char* summary;
};

constexpr In kVariables[] = {
    {Variable::sigma, "", "", "of the latent, over sigma"},
    {Variable::x0, "_x0", " (x0)", "of the prediction of the picture, over alpha / sigma"},
    {Variable::lambda, "_lambda", " (lambda)",
     "of the prediction of the picture, over lambda, with an integrating factor"}};

const std::vector<Method>& methods() {
  static const std::vector<Method> all = [] {
    std::vector<Method> made;
    for (const Tableau& tableau : explicit_tableaux()) {
      for (const In& in : kVariables) {
        // Heun's method over sigma is the sampler `heun`.
        if (in.variable == Variable::sigma && std::string_view(tableau.id) == "heun_2") continue;
        const auto stages = static_cast<std::uint32_t>(tableau.stages());
        made.push_back({std::string(tableau.id) + in.suffix, std::string(tableau.title) + in.title,
                        "Runge-Kutta method of order " + std::to_string(tableau.order) + ", " +
                            std::to_string(stages) + " model calls a step, " + in.summary,
                        tableau.source, tableau.order, stages, stages, in.variable == Variable::lambda,
                        ks::Fits::all, [&tableau, &in](const Step& step, Stages& sums) {
                          fill(tableau, in.variable, step, sums);
                        }});
      }
    }
    return made;
  }();
  return all;
}

}  // namespace

using RungeKutta = Explicit;

}  // namespace solvers

using solvers::RungeKutta;
KS_SAMPLER_TABLE(RungeKutta, solvers::methods())
