// What our reader makes of workflows in the editor's form, as the API's form has it, to be compared
// with what ComfyUI's page makes of them: translate < PATHS > LINES
//
// A line of standard input is a file. A line of standard output is what it became:
// {"file": PATH, "nodes": {"3": {"class_type": "KSampler", "inputs": {"seed": 7, "model": ["4", 0]}}}}
// or {"file": PATH, "error": TEXT}.
#include "host/graph/comfy/workflow.hpp"
#include "host/graph/pipeline.hpp"
#include "host/nodes/declarations.hpp"

#include <nlohmann/json.hpp>

#include <iostream>
#include <string>

namespace ksampler::test {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const YamlNode& value) {
  if (value.slot >= 0) return Json::array({value.text, value.slot});
  switch (value.kind) {
    case YamlNode::Kind::null:
      return nullptr;
    case YamlNode::Kind::scalar: {
      if (value.quoted) return value.text;
      Json plain = Json::parse(value.text, nullptr, false);
      return plain.is_discarded() ? Json(value.text) : plain;
    }
    case YamlNode::Kind::list: {
      Json list = Json::array();
      for (const YamlPtr& item : value.items) list.push_back(json_of(*item));
      return {{"__value__", list}};  // else it would be read as a link
    }
    case YamlNode::Kind::map: {
      Json map = Json::object();
      for (const YamlEntry& entry : value.entries) map[entry.key] = json_of(*entry.value);
      return map;
    }
  }
  return nullptr;
}

Json translation(const std::string& file) {
  const Workflow workflow = read_workflow(read_pipeline(file).text, file);
  if (workflow.form == WorkflowForm::none) throw Error("no workflow");
  Json nodes = Json::object();
  for (const YamlEntry& node : workflow_nodes(workflow, node_declarations(), file).nodes) {
    Json inputs = Json::object();
    std::string type;
    for (const YamlEntry& entry : node.value->entries) {
      // The first says the node's type; an input may be called so, too.
      if (&entry == &node.value->entries.front()) {
        type = entry.value->text;
      } else {
        inputs[entry.key] = json_of(*entry.value);
      }
    }
    nodes[node.key] = {{"class_type", type}, {"inputs", std::move(inputs)}};
  }
  return nodes;
}

}  // namespace
}  // namespace ksampler::test

int main() {
  using namespace ksampler;
  for (std::string file; std::getline(std::cin, file);) {
    test::Json line = {{"file", file}};
    try {
      line["nodes"] = test::translation(file);
    } catch (const Error& error) {
      line["error"] = error.what();
    }
    std::cout << line.dump(-1, ' ', false, test::Json::error_handler_t::replace) << std::endl;
  }
}
