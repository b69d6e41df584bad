// SPDX-License-Identifier: Apache-2.0
#ifndef KS_SCHEDULES_ADDITIVE_HPP
#define KS_SCHEDULES_ADDITIVE_HPP

#include <ks/scheduler.hpp>

#include <stdexcept>
#include <string>

// For schedules whose noise levels are absolute, and go far above 1, where a flow model is all noise.
inline void require_additive(const ks::Model& model, const char* schedule) {
  if (!model.is_flow()) return;
  throw std::runtime_error(
      std::string(schedule) +
      " has noise levels above 1 and fits models with additive noise (eps, v, edm); "
      "this is a flow model, whose sigmas are 0 to 1");
}

#endif
