#ifndef KSAMPLER_NODES_BASIC_SCHEDULER_HPP
#define KSAMPLER_NODES_BASIC_SCHEDULER_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl basic_scheduler_decl() {
  using namespace declare;
  return {
      .type = "BasicScheduler",
      .category = "sampling/custom",
      .summary = "The noise levels that a scheduler gives for a model.",
      .inputs =
          {
              link("model", "MODEL", "What denoises."),
              scheduler_input(),
              steps_input(),
              denoise_input(),
          },
      .outputs =
          {
              {"sigmas", "SIGMAS", "Falling, the last included."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
