// What the nodes around text encoders share.
#ifndef KSAMPLER_NODES_CONDITIONING_ENCODED_PROMPT_HPP
#define KSAMPLER_NODES_CONDITIONING_ENCODED_PROMPT_HPP

#include "host/nodes/functions.hpp"
#include "host/nodes/values.hpp"

namespace ksampler {

// The prompts by the text encoder of the input `clip`: one entry. Warns of "embedding:name" that is not
// there. Throws Error.
ConditioningValue encoded_prompt(const NodeContext& context, const Inputs& in, const Prompts& prompts);

}  // namespace ksampler

#endif
