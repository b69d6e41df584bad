// Workflows of ComfyUI, read against the nodes of PipelineCase.
#ifndef KSAMPLER_TESTS_GRAPH_COMFY_WORKFLOW_CASE_HPP
#define KSAMPLER_TESTS_GRAPH_COMFY_WORKFLOW_CASE_HPP

#include "host/graph/comfy/workflow.hpp"
#include "tests/graph/pipeline_case.hpp"

namespace ksampler::test {

class WorkflowCase : public PipelineCase {
 protected:
  // What a workflow comes to, a node a line in the file's order: "3 Mix a=[1,0] b=[2,0]".
  static std::string flat(const std::string& text) {
    const Workflow workflow = read_workflow(text, "w.json");
    if (workflow.form == WorkflowForm::none) return "no workflow";
    std::string lines;
    for (const YamlEntry& node : workflow_nodes(workflow, declarations(), "w.json").nodes) {
      lines += node.key;
      for (const YamlEntry& input : node.value->entries) {
        lines += " " + (input.key == "type" ? "" : input.key + "=") + shown(*input.value);
      }
      lines += "\n";
    }
    return lines;
  }

 private:
  static std::string shown(const YamlNode& value) {
    if (value.slot >= 0) return "[" + value.text + "," + std::to_string(value.slot) + "]";
    return value.quoted ? "'" + value.text + "'" : value.text;
  }
};

}  // namespace ksampler::test

#endif
