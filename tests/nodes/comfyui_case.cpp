#include "tests/nodes/comfyui_case.hpp"

#include "host/files/safetensors.hpp"
#include "host/model/network/tensors.hpp"
#include "host/nodes/declarations.hpp"
#include "host/nodes/declare.hpp"
#include "host/nodes/functions.hpp"
#include "host/nodes/plugin_inputs.hpp"
#include "host/nodes/values.hpp"

#include <ATen/ops/tensor.h>
#include <c10/core/InferenceMode.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <stdexcept>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kCases = TEST_DATA "/parity_nodes";
const std::string kShapes = TEST_DATA "/parity_nodes/shapes.safetensors";

// An output node that keeps what it is given, of any type: sigmas and texts have no node that saves
// them.
constexpr char kKeep[] = "Keep";

std::vector<NodeDecl> declarations_with_keep() {
  std::vector<NodeDecl> all = node_declarations();
  NodeDecl& keep = all.emplace_back();
  keep.type = kKeep;
  keep.inputs = {declare::link("value", kAnyType, "What to keep.")};
  keep.is_output = true;
  return all;
}

std::string keeper_of(const std::string& output) { return "keep_" + output; }

// JSON is YAML.
std::string pipeline_text(const Json& wanted) {
  Json nodes = wanted.at("nodes");
  for (auto& node : nodes) {
    if (node.contains("ckpt_name")) node["ckpt_name"] = kShapes;
  }
  for (const auto& [name, output] : wanted.at("outputs").items()) {
    nodes[keeper_of(name)] = {{"type", kKeep}, {"value", output.at("link")}};
  }
  return Json{{"nodes", nodes}}.dump();
}

// What the keepers of a pipeline were given, by their names.
std::map<std::string, Value> kept_of(const PipelineSource& source) {
  static const Registry registry({BINARY_DIR "/plugins"});
  static const std::vector<NodeDecl> declarations = declarations_with_keep();
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
  functions[kKeep] = [&](const Inputs& in) {
    kept[in.node().name] = in.linked("value");
    return std::vector<Value>();
  };
  execute(pipeline, [&](const std::string& type) -> const NodeFunction& { return functions.at(type); });
  return kept;
}

at::Tensor levels(const at::Tensor& image) { return (image * 255.0).clamp(0.0, 255.0).to(at::kByte); }

void add_parts(const std::string& output, const std::string& what, const Value& value, Parts& parts) {
  if (what == "image") {
    parts[output] = levels(std::any_cast<const ImageValue&>(value));
  } else if (what == "sigmas") {
    parts[output] = at::tensor(std::any_cast<const SigmasValue&>(value), at::kFloat);
  } else if (what == "conditioning") {
    parts[output + ".context"] = std::any_cast<const ConditioningValue&>(value).at(0).embedding;
  } else if (what == "latent") {
    parts[output] = std::any_cast<const LatentValue&>(value).samples;
  } else if (what == "latent with mask and batch_index") {
    const auto& latent = std::any_cast<const LatentValue&>(value);
    parts[output + ".samples"] = latent.samples;
    if (latent.noise_mask.defined()) parts[output + ".mask"] = latent.noise_mask;
    if (latent.batch_index) parts[output + ".index"] = at::tensor(*latent.batch_index, at::kLong);
  } else {
    throw std::invalid_argument("an output of the unknown kind " + what);
  }
}

Parts parts_of_file(const fs::path& path) {
  const auto file = TensorFile::open(path);
  Parts parts;
  for (const auto& [name, entry] : file->tensors()) parts[name] = map_tensor(file, name);
  return parts;
}

}  // namespace

std::vector<std::string> comfyui_cases() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kCases)) {
    if (entry.is_directory()) names.push_back(entry.path().filename());
  }
  std::sort(names.begin(), names.end());
  return names;
}

ComfyUiCase run_comfyui_case(const std::string& name) {
  const c10::InferenceMode inference;
  const fs::path folder = kCases / name;
  std::ifstream in(folder / "case.json");
  const Json wanted = Json::parse(in);
  const std::string text = pipeline_text(wanted);
  ComfyUiCase result{.name = name,
                     .theirs = parts_of_file(folder / "comfyui.safetensors"),
                     .ours = {},
                     .tolerance = wanted.at("tolerance_relative"),
                     .rounds_levels = text.find("VAEDecode") != std::string::npos ||
                                      text.find(".jpg") != std::string::npos};
  const auto kept = kept_of({.file = folder / "case.json", .folder = folder, .text = text});
  for (const auto& [output, wish] : wanted.at("outputs").items()) {
    add_parts(output, wish.at("what"), kept.at(keeper_of(output)), result.ours);
  }
  return result;
}

}  // namespace ksampler
