// The editor's form, made flat: what its page would send to ComfyUI's API.
#ifndef KSAMPLER_GRAPH_COMFY_EDITOR_FORM_HPP
#define KSAMPLER_GRAPH_COMFY_EDITOR_FORM_HPP

#include "host/graph/comfy/workflow.hpp"

namespace ksampler {

bool is_editor_form(const YamlNode& root);

WorkflowNodes editor_nodes(const YamlNode& root, const std::vector<NodeDecl>& declarations,
                           const std::string& file);

}  // namespace ksampler

#endif
