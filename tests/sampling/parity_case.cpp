#include "tests/sampling/parity_case.hpp"

#include "host/model/network/tensors.hpp"
#include "host/model/toy/toy_denoiser.hpp"

#include <ATen/Functions.h>

#include <algorithm>
#include <fstream>

namespace ksampler::parity {
namespace {

const std::string kFolder = TEST_DATA "/parity/";

const std::shared_ptr<const TensorFile>& model_file() {
  static const auto file = TensorFile::open(kFolder + "model.safetensors");
  return file;
}

at::Tensor mask_named(const std::string& name) {
  return map_tensor(model_file(), "mask_" + name).clone();
}

Conditioning conditioning_of(const nlohmann::json& record) {
  Conditioning conditioning;
  conditioning.label = record.at("label");
  conditioning.strength = record.value("strength", 1.0);
  conditioning.mask_strength = record.value("mask_strength", 1.0);
  if (record.contains("area")) {
    const auto area = record.at("area").get<std::vector<std::int64_t>>();
    conditioning.area = Area{area.at(0), area.at(1), area.at(2), area.at(3)};
  }
  if (record.contains("mask")) conditioning.mask = mask_named(record.at("mask"));
  if (record.contains("start_percent")) conditioning.start_percent = record.at("start_percent");
  if (record.contains("end_percent")) conditioning.end_percent = record.at("end_percent");
  return conditioning;
}

ConditioningList conditionings_of(const nlohmann::json& records) {
  ConditioningList list;
  for (const auto& record : records) list.push_back(conditioning_of(record));
  return list;
}

at::Tensor latent_named(const std::string& name) {
  if (name == "empty") return at::zeros({1, 4, 16, 16});
  if (name == "empty3") return at::zeros({3, 4, 16, 16});
  return map_tensor(model_file(), name).clone();
}

}  // namespace

std::string Case::name() const {
  std::string name = text("sampler") + "_" + text("scheduler") + "_" + text("group") + "_" +
                     text("parameterization") + "_" + text("id");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::vector<Case> cases(const std::string& file) {
  std::ifstream in(kFolder + file);
  std::vector<Case> all;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty()) all.push_back({nlohmann::json::parse(line)});
  }
  return all;
}

const Registry& registry() {
  static const Registry built({BINARY_DIR "/plugins"});
  return built;
}

std::vector<std::string> all_samplers() {
  std::vector<std::string> ids;
  for (const Manifest& plugin : registry().plugins()) {
    for (const auto& sampler : plugin.plugin.samplers) {
      // The reference models have one size, and it takes another: inside_test.cpp.
      if (sampler.id != "spectral_progressive") ids.push_back(sampler.id);
    }
  }
  return ids;
}

KSamplerSettings settings_of(const Case& c) {
  const auto& record = c.record;
  KSamplerSettings settings;
  settings.model =
      exact_denoiser(load_toy_denoiser(model_file()->file(), c.text("denoiser"),
                                       ModelSampling::named(c.text("parameterization")), at::kCPU));
  settings.positive = conditionings_of(record.at("positive"));
  settings.negative = conditionings_of(record.at("negative"));
  settings.latent.samples = latent_named(c.text("latent"));
  if (c.has("noise_mask")) settings.latent.noise_mask = mask_named(c.text("noise_mask"));
  if (c.has("noise_inds")) {
    settings.latent.batch_index = record.at("noise_inds").get<std::vector<std::int64_t>>();
  }
  settings.seed = record.at("seed");
  settings.steps = record.at("steps");
  settings.cfg = record.at("cfg");
  settings.denoise = record.at("denoise");
  settings.sampler.name = c.text("sampler");
  settings.scheduler.name = c.text("scheduler");
  settings.add_noise = !record.value("disable_noise", false);
  settings.force_full_denoise = record.value("force_full_denoise", false);
  if (c.has("start_at_step")) settings.start_at_step = record.at("start_at_step");
  if (c.has("end_at_step")) settings.end_at_step = record.at("end_at_step");
  return settings;
}

at::Tensor reference_of(const Case& c) {
  static const auto file = TensorFile::open(kFolder + "cases.safetensors");
  return map_tensor(file, c.text("id"));
}

}  // namespace ksampler::parity
