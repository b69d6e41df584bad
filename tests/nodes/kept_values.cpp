#include "tests/nodes/kept_values.hpp"

#include "host/files/safetensors.hpp"
#include "host/model/network/tensors.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/declare.hpp"
#include "host/nodes/functions.hpp"
#include "host/nodes/plugin_inputs.hpp"
#include "host/nodes/values.hpp"

#include <utility>
#include <vector>

namespace ksampler {
namespace {

NodeDecl giver(const char* type, const char* gives, std::vector<InputDecl> inputs) {
  NodeDecl decl;
  decl.type = type;
  decl.inputs = std::move(inputs);
  decl.outputs = {{"value", gives, "What is given."}};
  return decl;
}

std::vector<NodeDecl> declarations_of_tests() {
  using namespace declare;
  std::vector<NodeDecl> all = node_declarations();
  NodeDecl& keep = all.emplace_back();
  keep.type = kKeepNode;
  keep.inputs = {link("value", kAnyType, "What to keep.")};
  keep.is_output = true;
  const auto one = [] { return std::vector<InputDecl>{text("tensor", "Its name.")}; };
  all.push_back(giver("GivenConditioning", "CONDITIONING",
                      {text("tensor", "Its name."), optional(text("concat_latent", "A name.")),
                       optional(text("concat_mask", "A name."))}));
  all.push_back(giver("GivenImage", "IMAGE", one()));
  all.push_back(giver("GivenMask", "MASK", one()));
  all.push_back(giver("GivenSigmas", "SIGMAS", one()));
  all.push_back(giver("GivenLatent", "LATENT",
                      {text("samples", "A name."), optional(text("noise_mask", "A name.")),
                       optional(text("batch_index", "A name."))}));
  return all;
}

template <typename T>
std::vector<T> numbers_of(const at::Tensor& tensor) {
  const at::Tensor whole = tensor.contiguous();
  return {whole.const_data_ptr<T>(), whole.const_data_ptr<T>() + whole.numel()};
}

Latent latent_given(const NamedTensors& given, const Inputs& in) {
  Latent latent;
  latent.samples = given.at(in.text("samples"));
  if (in.has("noise_mask")) latent.noise_mask = given.at(in.text("noise_mask"));
  if (in.has("batch_index"))
    latent.batch_index = numbers_of<std::int64_t>(given.at(in.text("batch_index")));
  return latent;
}

void add_givers(const NamedTensors& given, std::map<std::string, NodeFunction>& functions) {
  const auto tensor = [&given](const Inputs& in) { return given.at(in.text("tensor")); };
  functions["GivenImage"] =
      functions["GivenMask"] = [=](const Inputs& in) { return std::vector<Value>{tensor(in)}; };
  functions["GivenSigmas"] = [=](const Inputs& in) {
    return std::vector<Value>{SigmasValue(numbers_of<double>(tensor(in).to(at::kDouble)))};
  };
  functions["GivenConditioning"] = [=, &given](const Inputs& in) {
    Conditioning one;
    one.embedding = tensor(in);
    if (in.has("concat_latent")) one.concat_latent = given.at(in.text("concat_latent"));
    if (in.has("concat_mask")) one.concat_mask = given.at(in.text("concat_mask"));
    return std::vector<Value>{ConditioningValue{one}};
  };
  functions["GivenLatent"] = [&given](const Inputs& in) {
    return std::vector<Value>{latent_given(given, in)};
  };
}

}  // namespace

NamedTensors tensors_of_file(const std::filesystem::path& path) {
  const auto file = TensorFile::open(path);
  NamedTensors tensors;
  for (const auto& [name, entry] : file->tensors()) tensors[name] = map_tensor(file, name);
  return tensors;
}

std::map<std::string, Value> kept_values(const PipelineSource& source, const NamedTensors& given) {
  static const Registry registry({BINARY_DIR "/plugins"});
  static const std::vector<NodeDecl> declarations = declarations_of_tests();
  static NetworkCache models;  // one copy of the model for all cases
  const Pipeline pipeline = check_pipeline(source, declarations, plugin_inputs(registry));
  const RunOptions options;
  Reporter silent;
  const NodeContext context{pipeline, registry, options, silent, at::kCPU, models};

  std::map<std::string, Value> kept;
  std::map<std::string, NodeFunction> functions;
  for (const auto& [type, body] : node_functions()) {
    functions[type] = [&context, run = body](const Inputs& in) { return run(context, in); };
  }
  add_givers(given, functions);
  functions[kKeepNode] = [&](const Inputs& in) {
    kept[in.node().name] = in.linked("value");
    return std::vector<Value>();
  };
  execute(pipeline, [&](const std::string& type) -> const NodeFunction& { return functions.at(type); });
  return kept;
}

}  // namespace ksampler
