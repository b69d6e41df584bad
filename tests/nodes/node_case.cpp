#include "tests/nodes/node_case.hpp"

#include "host/nodes/declarations.hpp"

#include <algorithm>
#include <stdexcept>

namespace ksampler {
namespace {

class Noting : public Reporter {
 public:
  explicit Noting(NodeCase& into) : into_(into) {}
  void warning(const Node&, const std::string& message) override { into_.warnings.push_back(message); }
  void file_seen(const Node&, const SeenFile& file) override { into_.seen.push_back(file); }

 private:
  NodeCase& into_;
};

}  // namespace

const NodeDecl& declaration_of(const std::string& type) {
  const auto& all = node_declarations();
  const auto at =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.type == type; });
  if (at == all.end()) throw std::logic_error("no node type " + type);
  return *at;
}

Latent latent_of(const at::Tensor& samples) {
  Latent latent;
  latent.samples = samples;
  return latent;
}

std::vector<Value> NodeCase::run() {
  Node node{"node", &declaration_of(type), {}, {}};
  std::vector<Value> linked;
  for (const InputDecl& input : node.decl->inputs) {
    const auto literal = literals.find(input.name);
    const auto link = links.find(input.name);
    linked.push_back(link == links.end() ? Value{} : link->second);
    if (link != links.end()) {
      node.inputs.emplace_back(Link{0, 0});
    } else {
      node.inputs.emplace_back(literal == literals.end() ? input.default_value : literal->second);
    }
  }
  Pipeline pipeline;
  pipeline.profile = "comfy";
  pipeline.source.files = files;
  static const Registry registry({BINARY_DIR "/plugins"});
  const RunOptions options;
  Noting reporter(*this);
  NetworkCache models;
  const NodeContext context{pipeline, registry, options, reporter, at::kCPU, models};
  return node_functions().at(type)(context, Inputs(node, linked));
}

}  // namespace ksampler
