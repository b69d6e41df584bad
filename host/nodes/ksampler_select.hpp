#ifndef KSAMPLER_NODES_KSAMPLER_SELECT_HPP
#define KSAMPLER_NODES_KSAMPLER_SELECT_HPP

#include "host/nodes/declare.hpp"
#include "host/nodes/sampling_inputs.hpp"

namespace ksampler {

inline NodeDecl ksampler_select_decl() {
  using namespace declare;
  return {
      .type = "KSamplerSelect",
      .category = "sampling/custom",
      .summary = "A sampler, with its parameters.",
      .inputs =
          {
              sampler_name_input(),
          },
      .outputs =
          {
              {"sampler", "SAMPLER", "For SamplerCustomAdvanced."},
          },
      .is_output = false,
  };
}

}  // namespace ksampler

#endif
