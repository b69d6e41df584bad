// Inputs that several sampling nodes share, with ComfyUI's names, ranges and defaults.
#ifndef KSAMPLER_NODES_SAMPLING_INPUTS_HPP
#define KSAMPLER_NODES_SAMPLING_INPUTS_HPP

#include "host/nodes/declare.hpp"

namespace ksampler {

inline InputDecl steps_input() {
  return declare::integer("steps", {1, 10000}, 20, "Steps from noise to picture.");
}

inline InputDecl cfg_input() {
  return declare::number(
      "cfg", {0, 100}, 8.0,
      "How far from the negative prediction to the positive and beyond; 1 is the positive alone.");
}

inline InputDecl sampler_name_input() {
  return declare::sampler("sampler_name", "How each step is taken: `ksampler list samplers`.");
}

inline InputDecl scheduler_input() {
  return declare::scheduler("scheduler", "Where the noise levels lie: `ksampler list schedulers`.");
}

inline InputDecl positive_input() {
  return declare::link("positive", "CONDITIONING", "What is wanted.");
}

inline InputDecl negative_input() {
  return declare::link("negative", "CONDITIONING", "What to steer away from.");
}

inline InputDecl latent_input() {
  return declare::link("latent_image", "LATENT", "Where to begin: empty, or a latent to change.");
}

inline InputDecl denoise_input() {
  return declare::number("denoise", {0, 1}, 1.0,
                         "The share of noise to begin with; below 1, something of the latent is kept.");
}

}  // namespace ksampler

#endif
