#ifndef KSAMPLER_NODES_PARAMETERIZATION_INPUT_HPP
#define KSAMPLER_NODES_PARAMETERIZATION_INPUT_HPP

#include "host/model/noising/model_sampling.hpp"
#include "host/nodes/declare.hpp"

namespace ksampler {

// How a model mixes noise in, where a node does not read it off a file.
inline InputDecl parameterization_input() {
  return declare::choice("parameterization", ModelSampling::names(), "eps",
                         "How noise is mixed in: SD1's noise levels with eps, v or x0 prediction, the "
                         "same down to zero SNR, EDM, discrete flow, Flux's, or Cosmos' flow.");
}

}  // namespace ksampler

#endif
