// SPDX-License-Identifier: Apache-2.0
//
// The samplers of all one-step methods.
#ifndef KS_SOLVERS_ONE_STEP_HPP
#define KS_SOLVERS_ONE_STEP_HPP

#include "stages.hpp"

#include <functional>
#include <string>

namespace solvers {

// A method in one of its variables: a sampler.
struct Method {
  std::string id, title, summary;
  const char* source;
  std::uint32_t order;
  std::uint32_t stages;
  std::uint32_t calls;  // of the model in a step
  bool over_lambda;     // whose time is infinite at a flow's sigma 1
  ks::Fits fits = ks::Fits::all;
  std::function<void(const Step&, Stages&)> fill;
};

// What methods of one step have in common.
inline ks::SamplerInfo info_of(const Method& method) {
  return {.id = method.id.c_str(),
          .title = method.title.c_str(),
          .summary = method.summary.c_str(),
          .source = method.source,
          .order = method.order,
          .noise = ks::Noise::gaussian,
          .fits = method.fits,
          .model_calls = {.per_step = method.calls, .second_last = method.calls, .last = 1}};
}

// Steps of a method, with the tensors that it needs, made once.
class Stepper {
 public:
  Stepper(const ks::Run& run, const Method& method)
      : method_(method), stage_(run.tensor()), denoised_(tensors(run, method.stages)) {}

  // x at the end of the step: scale times what the method gives, and noise_scale times `noise` where
  // that is not null. `start` is D(x, step.sigma). The stages are gone over `sweeps` times, each with
  // the newest predictions of the others, which are `start` at first: once is what an explicit method
  // is, and a fixed-point iteration of an implicit one gains an order each time.
  void step(const Step& step, ks::Tensor& x, const ks::Tensor& start, std::uint32_t sweeps = 1,
            double scale = 1, const ks::Tensor* noise = nullptr, double noise_scale = 0);

 private:
  const Method& method_;
  ks::Tensor stage_;
  std::vector<ks::Tensor> denoised_;
};

// A run of a method. With eta above 0 each step is ancestral: the method goes down to sigma_down, and
// noise is put back. The last step to 0 is x = D, Euler's: no method of these can ask the model at 0,
// or has a time there, and D is what one picture in all the data must end at.
void sample(ks::Run& run, ks::Tensor& x, const Method& method, std::uint32_t sweeps, double eta,
            double s_noise);

// The sampler of explicit methods.
struct Explicit {
  const Method* row = nullptr;
  double eta = 0;
  double s_noise = 1;

  static ks::SamplerInfo info(const Method& method) { return info_of(method); }
  static constexpr auto params =
      ks::params(ks::param(&Explicit::eta,
                           {"eta", "Part of the noise drawn anew: 0 for none, 1 for all", 0.0, 1.0}),
                 ks::s_noise_param(&Explicit::s_noise));

  void sample(ks::Run& run, ks::Tensor& x) const { solvers::sample(run, x, *row, 1, eta, s_noise); }
};

}  // namespace solvers

#endif
