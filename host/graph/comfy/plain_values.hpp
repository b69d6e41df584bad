// Values where a node takes a link of any type: ComfyUI passes them on as they are.
#ifndef KSAMPLER_GRAPH_COMFY_PLAIN_VALUES_HPP
#define KSAMPLER_GRAPH_COMFY_PLAIN_VALUES_HPP

#include "host/graph/comfy/workflow.hpp"

#include <string>
#include <unordered_map>

namespace ksampler {

// Each becomes the output of a node of its own, PrimitiveInt and the like, named after the input:
// "7.source". Where there is no such node, all stays as it is.
void give_plain_values_nodes(WorkflowNodes& workflow,
                             const std::unordered_map<std::string, const NodeDecl*>& declarations);

}  // namespace ksampler

#endif
