// Prompts, checked before a run: what their text encoder would refuse, once a model was loaded for it.
#ifndef KSAMPLER_NODES_PROMPTS_HPP
#define KSAMPLER_NODES_PROMPTS_HPP

#include "host/graph/pipeline.hpp"

namespace ksampler {

// Throws Error with all that is wrong with the prompts of a pipeline: the texts of nodes that take a
// CLIP.
void check_prompts(const Pipeline& pipeline);

}  // namespace ksampler

#endif
