// A workflow of ComfyUI as the pipeline file that a person would write.
#ifndef KSAMPLER_GRAPH_COMFY_WRITE_YAML_HPP
#define KSAMPLER_GRAPH_COMFY_WRITE_YAML_HPP

#include "host/graph/pipeline.hpp"

#include <string>
#include <vector>

namespace ksampler {

// Nodes are named by their titles, or by what they are for; values that are the default are left out;
// notes are comments. What is left out, or read as another value, is added to `notes`. Throws Error: it
// is no workflow; it needs nodes of types that there are not.
std::string yaml_of_workflow(const ParsedPipeline& workflow, const std::vector<NodeDecl>& declarations,
                             std::vector<Diagnostic>& notes);

// A scalar as YAML that reads as this text, in quotes where it must be.
std::string yaml_text(const std::string& text);

}  // namespace ksampler

#endif
