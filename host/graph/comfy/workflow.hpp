// ComfyUI's workflow files, in the form of its API and in that of its editor, as the nodes of a
// pipeline: with their ids as names, their values marked as ComfyUI's, and their links by slot.
#ifndef KSAMPLER_GRAPH_COMFY_WORKFLOW_HPP
#define KSAMPLER_GRAPH_COMFY_WORKFLOW_HPP

#include "host/graph/declaration.hpp"
#include "host/graph/yaml_tree.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ksampler {

enum class WorkflowForm { none, api, editor };

struct Workflow {
  WorkflowForm form = WorkflowForm::none;
  YamlPtr root;  // the graph itself, out of what it was wrapped in
};

// Whether a text may be one: it begins as JSON does, and holds what workflows hold. Quick.
bool may_be_workflow(std::string_view text);

// Parses, and takes off what clients wrap graphs in: {"prompt": ...}, {"input": {"workflow": ...}},
// {"workflow": ...}, JSON in a text. Throws Error where it is no JSON. Form `none`: it is no workflow.
Workflow read_workflow(std::string_view text, const std::string& file);

struct WorkflowNodes {
  std::vector<YamlEntry> nodes;               // a map with "type" and inputs each, as a pipeline's
  std::map<std::string, std::string> titles;  // of nodes that have one, by name
  std::map<std::string, std::string> packs;   // where the file says what a node's type is of, by name
  std::vector<std::string> notes;             // what people wrote beside
};

// The nodes that are run. Those of types that `declarations` has not have their links alone. Throws
// Error where subgraphs hold each other.
WorkflowNodes workflow_nodes(const Workflow& workflow, const std::vector<NodeDecl>& declarations,
                             const std::string& file);

}  // namespace ksampler

#endif
