// The nodes of a workflow into the document of a pipeline, as far as what is written needs them.
#ifndef KSAMPLER_GRAPH_COMFY_TAKE_WORKFLOW_HPP
#define KSAMPLER_GRAPH_COMFY_TAKE_WORKFLOW_HPP

#include "host/graph/document.hpp"

#include <string>
#include <vector>

namespace ksampler {

// Fills `document.nodes` and `titles`. Nodes that no known output needs are left out; those of them
// that are of no known type are named in `notes`. Where no node is a known output, all stay, for the
// check.
std::vector<std::string> take_workflow(Document& document, const std::vector<NodeDecl>& declarations,
                                       std::vector<Diagnostic>& notes);

}  // namespace ksampler

#endif
