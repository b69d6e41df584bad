// SPDX-License-Identifier: Apache-2.0
//
// Base of the schedules that are given by the two ends of their range: the model's, or others.
#ifndef KS_SCHEDULES_SIGMA_RANGE_HPP
#define KS_SCHEDULES_SIGMA_RANGE_HPP

#include <ks/scheduler.hpp>

struct SigmaRange {
  double sigma_max = 0;
  double sigma_min = 0;

  static constexpr auto range_params =
      ks::params(ks::param(&SigmaRange::sigma_max,
                           {"sigma_max", "The first noise level; 0: the model's largest", 0, 5000}),
                 ks::param(&SigmaRange::sigma_min,
                           {"sigma_min", "The last before 0; 0: the model's smallest", 0, 5000}));

  double first(const ks::Model& model) const { return sigma_max > 0 ? sigma_max : model.sigma_max(); }
  double last(const ks::Model& model) const { return sigma_min > 0 ? sigma_min : model.sigma_min(); }
};

#endif
