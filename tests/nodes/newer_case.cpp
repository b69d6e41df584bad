#include "tests/nodes/newer_case.hpp"

#include "host/nodes/values.hpp"
#include "tests/model/model_file.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/tensor.h>
#include <c10/core/InferenceMode.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace ksampler {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kNewerFolder = TEST_DATA "/parity_newer";
const std::string kShapesModel = TEST_DATA "/parity_nodes/shapes.safetensors";

// The model of the older cases; or with further channels of its first convolution, made of those that
// there are, as make.py makes them.
std::string model_named(const std::string& name) {
  if (name == "shapes.safetensors") return kShapesModel;
  static const test::TemporaryFolder folder;
  const fs::path file = folder.path() / name;
  if (fs::exists(file)) return file.string();
  test::ModelFile model;
  for (const auto& [tensor, values] : tensors_of_file(kShapesModel)) model.tensors[tensor] = values;
  for (const auto& entry : TensorFile::open(kShapesModel)->metadata()) model.metadata.insert(entry);
  at::Tensor& first = model.tensors.at("model.diffusion_model.input_blocks.0.0.weight");
  const at::Tensor picture = first * -0.25;
  first = name == "inpainting.safetensors" ? at::cat({first, first.narrow(1, 0, 1) * 0.5, picture}, 1)
                                           : at::cat({first, picture}, 1);
  model.write(file);
  return file.string();
}

NewerCase case_of_line(const Json& line, const Json& shared, const NamedTensors& theirs) {
  NewerCase wanted;
  wanted.name = line.at("name");
  wanted.tolerance = line.at("tolerance_relative");
  wanted.decided = line.value("decided", "");
  Json nodes = shared;
  nodes.update(line.at("nodes"));
  for (auto& node : nodes) {
    if (node.contains("ckpt_name")) node["ckpt_name"] = model_named(node["ckpt_name"]);
  }
  for (const auto& [name, output] : line.at("outputs").items()) {
    nodes["keep_" + name] = {{"type", kKeepNode}, {"value", output.at("link")}};
    wanted.outputs[name] = output.at("what");
  }
  wanted.nodes = Json{{"nodes", nodes}}.dump();  // JSON is YAML
  const Json values = line.value("values", Json::object());
  for (const auto& [name, value] : values.items()) {
    if (value.is_string()) {
      wanted.values[name] = value.get<std::string>();
    } else {
      wanted.values[name] = value.is_boolean() ? (value.get<bool>() ? 1.0 : 0.0) : value.get<double>();
    }
  }
  const std::string prefix = wanted.name + "/";
  for (auto at = theirs.lower_bound(prefix); at != theirs.end() && at->first.starts_with(prefix);
       ++at) {
    wanted.tensors[at->first.substr(prefix.size())] = at->second;
  }
  return wanted;
}

double plain_number(const Value& value) {
  if (const auto* integer = std::any_cast<std::int64_t>(&value)) return static_cast<double>(*integer);
  if (const auto* flag = std::any_cast<bool>(&value)) return *flag ? 1 : 0;
  return std::any_cast<double>(value);
}

void add_output(const std::string& output, const std::string& what, const Value& value,
                NewerCase& made) {
  if (what == "number") {
    made.values[output] = plain_number(value);
  } else if (what == "text") {
    made.values[output] = std::any_cast<std::string>(value);
  } else if (what == "pixels") {
    made.tensors[output] = std::any_cast<const ImageValue&>(value);
  } else if (what == "mask") {
    const auto& mask = std::any_cast<const MaskValue&>(value);
    made.tensors[output] = mask.dim() == 4 ? mask.squeeze(1) : mask;
  } else if (what == "sigmas") {
    made.tensors[output] = at::tensor(std::any_cast<const SigmasValue&>(value), at::kFloat);
  } else if (what == "conditioning") {
    made.tensors[output + ".context"] = std::any_cast<const ConditioningValue&>(value).at(0).embedding;
  } else if (what == "latent") {
    made.tensors[output] = std::any_cast<const LatentValue&>(value).samples;
  } else if (what == "latent with mask and batch_index") {
    const auto& latent = std::any_cast<const LatentValue&>(value);
    made.tensors[output + ".samples"] = latent.samples;
    if (latent.noise_mask.defined()) made.tensors[output + ".mask"] = latent.noise_mask;
    if (latent.batch_index)
      made.tensors[output + ".index"] = at::tensor(*latent.batch_index, at::kLong);
  } else {
    throw std::invalid_argument("an output of the unknown kind " + what);
  }
}

}  // namespace

std::vector<NewerCase> newer_cases() {
  const NamedTensors theirs = tensors_of_file(kNewerFolder / "comfyui.safetensors");
  std::ifstream in(kNewerFolder / "cases.jsonl");
  std::vector<NewerCase> cases;
  std::string line;
  std::getline(in, line);
  const Json shared = Json::parse(line).at("shared");  // nodes that every case has besides its own
  while (std::getline(in, line)) cases.push_back(case_of_line(Json::parse(line), shared, theirs));
  return cases;
}

void run_newer_case(const NewerCase& wanted, NewerCase& made) {
  const c10::InferenceMode inference;
  static const NamedTensors given = tensors_of_file(kNewerFolder / "inputs.safetensors");
  const auto kept = kept_values(
      {.file = kNewerFolder / "cases.jsonl", .folder = kNewerFolder, .text = wanted.nodes}, given);
  for (const auto& [name, what] : wanted.outputs) add_output(name, what, kept.at("keep_" + name), made);
}

}  // namespace ksampler
