// {"3": {"class_type": "KSampler", "inputs": {"seed": 7, "model": ["4", 0]}, "_meta": {"title": ...}},
// ...}
#ifndef KSAMPLER_GRAPH_COMFY_API_FORM_HPP
#define KSAMPLER_GRAPH_COMFY_API_FORM_HPP

#include "host/graph/comfy/workflow.hpp"

namespace ksampler {

bool is_api_form(const YamlNode& root);

// What is no node ("_workflow_info") is passed over, as are inputs that are null.
WorkflowNodes api_nodes(const YamlNode& root);

// A link of a workflow: an output of a node.
YamlPtr slot_link(const std::string& node, int slot, const Place& place);

// A node of a workflow as one of a pipeline, still without inputs.
std::shared_ptr<YamlNode> workflow_node(const std::string& type, const Place& type_place,
                                        const Place& place);

}  // namespace ksampler

#endif
