// Any text as a pipeline, checked against all nodes that there are, with one sampler and one scheduler.
#include "host/base/error.hpp"
#include "host/graph/pipeline.hpp"
#include "host/nodes/declarations.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace {

std::vector<ksampler::InputDecl> parameters(const std::string& name) {
  if (name != "euler" && name != "normal") throw ksampler::Error("unknown name");
  ksampler::InputDecl eta;
  eta.name = "eta";
  eta.kind = ksampler::InputKind::number;
  eta.default_value = 1.0;
  return {eta};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ksampler;
  const PipelineSource source{"fuzzed.yaml", "/pipelines", {reinterpret_cast<const char*>(data), size}};
  try {
    const ParsedPipeline parsed(source);
    parsed.plugin_folders();
    parsed.isolation();
    const Pipeline pipeline =
        check_pipeline(parsed, node_declarations(), PluginInputs{parameters, parameters});
    // A node stands after what it links to, and has a value for each input.
    for (std::size_t i = 0; i < pipeline.nodes.size(); ++i) {
      const Node& node = pipeline.nodes[i];
      if (node.decl == nullptr || node.inputs.size() != node.decl->inputs.size()) std::abort();
      for (const InputValue& value : node.inputs) {
        const auto* link = std::get_if<Link>(&value);
        if (link != nullptr &&
            (link->node >= i || link->output >= pipeline.nodes[link->node].decl->outputs.size()))
          std::abort();
      }
    }
  } catch (const Error&) {
  }
  return 0;
}
