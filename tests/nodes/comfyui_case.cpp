#include "tests/nodes/comfyui_case.hpp"

#include "host/nodes/values.hpp"
#include "tests/nodes/kept_values.hpp"

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

std::string keeper_of(const std::string& output) { return "keep_" + output; }

// JSON is YAML.
std::string pipeline_text(const Json& wanted) {
  Json nodes = wanted.at("nodes");
  for (auto& node : nodes) {
    if (node.contains("ckpt_name")) node["ckpt_name"] = kShapes;
  }
  for (const auto& [name, output] : wanted.at("outputs").items()) {
    nodes[keeper_of(name)] = {{"type", kKeepNode}, {"value", output.at("link")}};
  }
  return Json{{"nodes", nodes}}.dump();
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
                     .theirs = tensors_of_file(folder / "comfyui.safetensors"),
                     .ours = {},
                     .tolerance = wanted.at("tolerance_relative"),
                     .rounds_levels = text.find("VAEDecode") != std::string::npos ||
                                      text.find(".jpg") != std::string::npos};
  const auto kept = kept_values({.file = folder / "case.json", .folder = folder, .text = text});
  for (const auto& [output, wish] : wanted.at("outputs").items()) {
    add_parts(output, wish.at("what"), kept.at(keeper_of(output)), result.ours);
  }
  return result;
}

}  // namespace ksampler
