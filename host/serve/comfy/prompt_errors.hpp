// What is wrong with a prompt, as ComfyUI's clients understand it: its page words the sentence itself,
// from the type and what stands beside, and marks the node and the field.
#ifndef KSAMPLER_SERVE_COMFY_PROMPT_ERRORS_HPP
#define KSAMPLER_SERVE_COMFY_PROMPT_ERRORS_HPP

#include "host/base/error.hpp"
#include "host/serve/comfy/choices.hpp"
#include "host/serve/comfy/json.hpp"
#include "host/serve/comfy/prompt_graph.hpp"

#include <string>
#include <vector>

namespace ksampler::comfy {

// {"type": ..., "message": ..., "details": ..., "extra_info": {...}}
Json problem(const char* type, const std::string& message, const std::string& details = "");

// One of a node.
Json node_problem(const Diagnostic& diagnostic, const PromptGraph& graph, Choices& choices);

// {"3": {"class_type": ..., "dependent_outputs": ["9"], "errors": [...]}}. Those of no node are left
// out.
Json node_errors(const std::vector<Diagnostic>& diagnostics, const PromptGraph& graph,
                 Choices& choices);

}  // namespace ksampler::comfy

#endif
