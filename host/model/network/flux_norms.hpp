// The norms in files of Flux.1, Chroma and Flux.2, of which some call their tensor "scale" and some
// "weight".
#ifndef KSAMPLER_MODEL_NETWORK_FLUX_NORMS_HPP
#define KSAMPLER_MODEL_NETWORK_FLUX_NORMS_HPP

#include "host/model/network/layers.hpp"

#include <string>

namespace ksampler {

RmsNorm load_flux_norm(const Weights& weights, const std::string& name, std::int64_t width);

// How wide a head is, as the norm of the first block says; 0 where there is none.
std::int64_t flux_head_width(const Weights& weights);

}  // namespace ksampler

#endif
