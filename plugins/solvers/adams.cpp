// SPDX-License-Identifier: Apache-2.0
//
// Adams-Bashforth methods with steps of any size: the polynomial through the last values of g,
// integrated over the step. Of y' = K(t) g(t), with Lagrange's basis polynomials l_j,
//   y <- y + sum_j g_j * integral of K(t) l_j(t) dt
//   sigma   y = x,          t = sigma,          K = 1,            g = (x - D) / sigma
//   x0      y = x / sigma,  t = alpha / sigma,  K = 1,            g = D
//   lambda  y = x / sigma,  t = lambda,         K = 1,            g = e^lambda D
//   exp_x0  y = x / sigma,  t = lambda,         K = e^lambda,     g = D      exponential: Norsett 1969
//   exp_eps y = x / alpha,  t = lambda,         K = -e^-lambda,   g = (x - alpha D) / sigma
// exp_eps is for additive noise: a flow's first steps are long in lambda, and it grows by e^h in them.
// A first step of first order would leave a method of third order with the second. So until there are
// as many values as the order less one, the steps are a Runge-Kutta method's of that order.
#include "exponential_tableau.hpp"
#include "one_step.hpp"
#include "tableau.hpp"

#include <ks/table.hpp>

namespace solvers {
namespace {

enum class Kind { sigma, x0, lambda, exp_x0, exp_eps };

struct AdamsMethod {
  std::string id, title, summary;
  const char* source;
  Kind kind;
  std::uint32_t steps;  // and the order
  Method starter;
};

struct KindName {
  Kind kind;
  Variable variable;
  Prediction prediction;
  const char* suffix;
  const char* title;
  const char* summary;
};

constexpr KindName kKinds[] = {
    {Kind::sigma, Variable::sigma, {}, "", "", "of the derivative, over sigma"},
    {Kind::x0, Variable::x0, {}, "_x0", " (x0)", "of the predicted picture, over alpha / sigma"},
    {Kind::lambda,
     Variable::lambda,
     {},
     "_lambda",
     " (lambda)",
     "of the predicted picture, over lambda, with an integrating factor"},
    {Kind::exp_x0, {}, Prediction::x0, "", "", "of the predicted picture, over lambda, exponential"},
    {Kind::exp_eps,
     {},
     Prediction::eps,
     "_eps",
     " (eps)",
     "of the predicted noise, over lambda, exponential"}};

bool is_exponential(Kind kind) { return kind == Kind::exp_x0 || kind == Kind::exp_eps; }

template <typename Tables>
const auto& named(const Tables& tables, std::string_view id) {
  return *std::find_if(tables.begin(), tables.end(),
                       [id](const auto& table) { return table.id == id; });
}

// A one-step method of one order less, in the same variable.
Method starter(const KindName& name, std::uint32_t steps) {
  Method method{};
  method.stages = steps - 1;
  if (is_exponential(name.kind)) {
    const auto& tableau = named(exponential_tableaux(), steps == 4 ? "etd3rk" : "res_2s");
    method.fill = [&tableau, &name](const Step& step, Stages& stages) {
      fill(tableau, name.prediction, step, stages);
    };
  } else {
    const auto& tableau = named(explicit_tableaux(), steps == 4 ? "ralston_3" : "midpoint");
    method.fill = [&tableau, &name](const Step& step, Stages& stages) {
      fill(tableau, name.variable, step, stages);
    };
  }
  return method;
}

std::string id_of(const KindName& name, std::uint32_t steps) {
  const std::string family = !is_exponential(name.kind) ? "adams_bashforth_" + std::to_string(steps)
                             : steps < 4                ? "res_" + std::to_string(steps) + "m"
                                                        : "norsett_" + std::to_string(steps);
  return family + name.suffix;
}

std::string title_of(const KindName& name, std::uint32_t steps) {
  const std::string family = !is_exponential(name.kind) ? "Adams-Bashforth " + std::to_string(steps)
                             : steps < 4                ? "RES " + std::to_string(steps) + "M"
                                                        : "Norsett " + std::to_string(steps);
  return family + name.title;
}

const std::vector<AdamsMethod>& methods() {
  static const std::vector<AdamsMethod> all = [] {
    std::vector<AdamsMethod> made;
    for (const KindName& name : kKinds) {
      for (std::uint32_t steps = 2; steps <= 4; ++steps) {
        const char* source =
            !is_exponential(name.kind)
                ? "Bashforth and Adams 1883; Hairer, Norsett and Wanner, Solving Ordinary Differential "
                  "Equations I, III.5, for steps of any size"
            : steps == 4
                ? "Norsett 1969; Hochbruck and Ostermann 2010, Exponential integrators, 2.5"
                : "Zhang et al. 2023, Improved Order Analysis and Design of Exponential "
                  "Integrator for Diffusion Models Sampling; Hochbruck and Ostermann 2010, 2.5";
        made.push_back({id_of(name, steps), title_of(name, steps),
                        "Multistep method of order " + std::to_string(steps) +
                            ", one model call a step: " + name.summary,
                        source, name.kind, steps, starter(name, steps)});
      }
    }
    return made;
  }();
  return all;
}

// The sums of a step: x <- of_x x + sum_j of_g[j] g_j, with g_0 the newest.
struct Sums {
  double of_x;
  std::array<double, 4> of_g{};
};

Sums sums_of(Kind kind, const Step& step, std::span<const double> sigmas,
             const ks::GaussLegendre& quadrature) {
  const ks::HalfLogSnr& snr = step.snr;
  const auto time = [&](double sigma) {
    if (kind == Kind::sigma) return sigma;
    return kind == Kind::x0 ? snr.alpha(sigma) / sigma : snr.lambda(sigma);
  };
  std::vector<double> times;
  for (const double sigma : sigmas) times.push_back(time(sigma));
  const double end = time(step.sigma_to);
  const double sigma_ratio = step.sigma_to / step.sigma;
  const double alpha_ratio = snr.alpha(step.sigma_to) / snr.alpha(step.sigma);
  Sums sums{kind == Kind::sigma ? 1 : kind == Kind::exp_eps ? alpha_ratio : sigma_ratio};
  for (std::size_t j = 0; j < times.size(); ++j) {
    // K, times what y is multiplied by to be x; relative to the end of the step, so that nothing is
    // large.
    const auto integrand = [&](double t) {
      const double basis = ks::lagrange(times, j, t);
      switch (kind) {
        case Kind::sigma:
          return basis;
        case Kind::x0:
          return step.sigma_to * basis;
        case Kind::lambda:
          return step.sigma_to * snr.alpha(sigmas[j]) / sigmas[j] * basis;
        case Kind::exp_x0:
          return snr.alpha(step.sigma_to) * std::exp(t - end) * basis;
        default:
          return -step.sigma_to * std::exp(end - t) * basis;
      }
    };
    sums.of_g[j] = quadrature.integral(integrand, times.front(), end);
  }
  return sums;
}

}  // namespace

struct Adams {
  const AdamsMethod* row = nullptr;

  static ks::SamplerInfo info(const AdamsMethod& method) {
    // The first step of third order makes a second call; of fourth order the first two make three.
    ks::ModelCalls calls{.per_step = 1, .second_last = method.steps - 1, .last = 1};
    if (method.steps == 4) calls = {0, 0, 0};
    return {.id = method.id.c_str(),
            .title = method.title.c_str(),
            .summary = method.summary.c_str(),
            .source = method.source,
            .order = method.steps,
            .fits = method.kind == Kind::exp_eps ? ks::Fits::additive : ks::Fits::all,
            .model_calls = calls};
  }

  void sample(ks::Run& run, ks::Tensor& x) const {
    const Kind kind = row->kind;
    const bool over_lambda = is_exponential(kind) || kind == Kind::lambda;
    if (over_lambda) run.offset_first_sigma();
    const double highest = highest_sigma(run, over_lambda);
    const ks::GaussLegendre quadrature(is_exponential(kind) ? 16 : 2);
    Stepper starter(run, row->starter);
    ks::Tensor denoised = run.tensor();
    std::vector<ks::Tensor> g = tensors(run, row->steps);  // the newest first
    std::vector<double> sigmas;                            // of those that are known
    for (auto [i, sigma, sigma_next] : run.steps()) {
      std::rotate(g.begin(), g.end() - 1, g.end());
      const bool is_derivative = kind == Kind::sigma || kind == Kind::exp_eps;
      ks::Tensor& prediction = is_derivative ? denoised : g[0];
      denoise(prediction, x, sigma);
      run.step(i, sigma, x, prediction);
      if (sigma_next == 0) {
        x = prediction;
        continue;
      }
      const Step step{run.snr(), std::min(sigma, highest), std::min(sigma_next, highest)};
      if (sigmas.size() == row->steps) sigmas.pop_back();
      sigmas.insert(sigmas.begin(), step.sigma);
      if (kind == Kind::sigma) {
        g[0] = (x - denoised) / sigma;
      } else if (kind == Kind::exp_eps) {
        g[0] = (x - step.snr.alpha(step.sigma) * denoised) / step.sigma;
      }
      if (sigmas.size() + 1 < row->steps) {
        starter.step(step, x, prediction);
        continue;
      }
      const Sums sums = sums_of(kind, step, sigmas, quadrature);
      Terms terms;
      terms.add(sums.of_x, x);
      for (std::size_t j = 0; j < sigmas.size(); ++j) terms.add(sums.of_g[j], g[j]);
      terms.into(x);
    }
  }
};

}  // namespace solvers

using solvers::Adams;
KS_SAMPLER_TABLE(Adams, solvers::methods())
