// Any text as a workflow of ComfyUI, in any form of its, read and checked. What is right is written in
// both forms that we write, and must be right, and the same, when it is read again.
#include "host/base/error.hpp"
#include "host/graph/comfy/write_api.hpp"
#include "host/graph/comfy/write_yaml.hpp"
#include "host/graph/document.hpp"
#include "host/nodes/declarations.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace ksampler;

const PluginInputs kPlugins{[](const std::string& name) -> std::vector<InputDecl> {
                              if (name != "euler" && name != "dpmpp_2m") throw Error("unknown sampler");
                              return {};
                            },
                            [](const std::string& name) -> std::vector<InputDecl> {
                              if (name != "normal" && name != "karras")
                                throw Error("unknown scheduler");
                              return {};
                            }};

// The files of the repository, for every kind: of a name that there is not, nothing is read any
// further.
const FileFolders& files() {
  static const FileFolders folders = [] {
    FileFolders made;
    for (const char* kind : {"checkpoints", "diffusion_models", "vae", "text_encoders", "loras"}) {
      made.add(kind, CONFIGS "/models");
    }
    made.add("input", CONFIGS "/pictures");
    return made;
  }();
  return folders;
}

ParsedPipeline parsed(std::string text) {
  return PipelineSource{"fuzzed", CONFIGS, std::move(text), files()};
}

Pipeline checked(const ParsedPipeline& pipeline) {
  return check_pipeline(pipeline, node_declarations(), kPlugins);
}

std::string api_of(const Pipeline& pipeline) {
  std::vector<Diagnostic> lost;
  return api_of_pipeline(pipeline, files(), lost);
}

[[noreturn]] void differs(const char* what, const std::string& first, const std::string& second) {
  std::fprintf(stderr, "%s\n%s\n----\n%s\n", what, first.c_str(), second.c_str());
  std::abort();
}

std::vector<std::string> types(const Pipeline& pipeline) {
  std::vector<std::string> found;
  for (const Node& node : pipeline.nodes) found.push_back(node.decl->type);
  std::ranges::sort(found);
  return found;
}

void write_and_read(const ParsedPipeline& workflow, const Pipeline& pipeline) {
  const std::string api = api_of(pipeline);
  try {
    const std::string again = api_of(checked(parsed(api)));
    if (again != api) differs("written twice, it is another", api, again);
  } catch (const Error& error) {
    differs("what was written is wrong", api, error.what());
  }
  std::string yaml;
  try {
    std::vector<Diagnostic> notes;
    yaml = yaml_of_workflow(workflow, node_declarations(), notes);
    if (types(checked(parsed(yaml))) != types(pipeline)) differs("as YAML it is another", api, yaml);
  } catch (const Error& error) {
    differs("what was written as YAML is wrong", yaml, error.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const ParsedPipeline workflow = parsed({reinterpret_cast<const char*>(data), size});
    if (workflow.document().workflow.form == WorkflowForm::none) return 0;
    const Pipeline pipeline = checked(workflow);
    write_and_read(workflow, pipeline);
  } catch (const Error&) {
  }
  return 0;
}
