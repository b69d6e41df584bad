// Every public case of ComfyUI's own KSampler, written as a pipeline file in the nodes that the README
// of the reference data ends with, run from file to file.
#include "host/files/safetensors.hpp"
#include "tests/nodes/pipeline_runner.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>

namespace ksampler {
namespace {

using test::TemporaryFolder;

using Json = nlohmann::json;

const std::string kParity = TEST_DATA "/parity/";

std::vector<Json> parity_cases() {
  std::ifstream in(kParity + "cases.jsonl");
  std::vector<Json> all;
  for (std::string line; std::getline(in, line);) all.push_back(Json::parse(line));
  return all;
}

std::vector<float> floats(const TensorFile& file, const std::string& name) {
  const TensorEntry& entry = file.tensor(name);
  std::vector<float> values(entry.bytes() / sizeof(float));
  file.read(entry, std::as_writable_bytes(std::span(values)));
  return values;
}

// A pipeline as text: JSON is YAML, so nodes are written as JSON, a line each.
class Writer {
 public:
  void add(const std::string& name, const Json& node) {
    text_ += "  " + name + ": " + node.dump() + "\n";
  }

  // The node of a list of conditionings.
  std::string conditionings(const std::string& name, const Json& list) {
    std::string joined;
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string one = name + std::to_string(i);
      Json node = list[i];
      node["type"] = "ToyConditioning";
      if (node.contains("mask")) node["mask"] = mask(node["mask"]);
      add(one, node);
      const std::string both = name + "_to_" + std::to_string(i);
      if (i > 0) {
        add(both, {{"type", "ConditioningCombine"},
                   {"conditioning_1", "$" + joined},
                   {"conditioning_2", "$" + one}});
      }
      joined = i > 0 ? both : one;
    }
    return "$" + joined;
  }

  std::string mask(const std::string& which) {
    const std::string name = "mask_" + which;
    if (masks_[name]++ == 0) {
      add(name, {{"type", "LoadMask"}, {"file", kParity + "model.safetensors"}, {"tensor", name}});
    }
    return "$" + name;
  }

  std::string text() const { return "nodes:\n" + text_; }

 private:
  std::string text_;
  std::map<std::string, int> masks_;
};

// A .latent file with the case's latent, as LoadLatent reads it.
void write_latent(const std::string& name, const std::filesystem::path& file) {
  std::vector<std::int64_t> shape = {name == "empty3" ? 3 : 1, 4, 16, 16};
  std::vector<float> values(static_cast<std::size_t>(shape[0] * 4 * 16 * 16), 0.0f);
  const auto model = TensorFile::open(kParity + "model.safetensors");
  if (model->tensors().contains(name)) {
    shape = model->tensor(name).shape;
    values = floats(*model, name);
  }
  const TensorView view{DType::f32, shape, std::as_bytes(std::span(values))};
  const auto bytes = safetensors_bytes({{"latent_tensor", view}}, {});
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::string pipeline_of(const Json& c, const std::filesystem::path& folder) {
  Writer writer;
  writer.add("model", {{"type", "ToyDenoiser"},
                       {"file", kParity + "model.safetensors"},
                       {"denoiser", c.at("denoiser")},
                       {"parameterization", c.at("parameterization")}});
  write_latent(c.at("latent"), folder / "case.latent");
  Json latent = {{"type", "LoadLatent"}, {"latent", "case.latent"}};
  if (c.contains("noise_inds")) latent["batch_index"] = c.at("noise_inds");
  writer.add("latent", latent);
  std::string samples = "$latent";
  if (c.contains("noise_mask")) {
    writer.add("masked", {{"type", "SetLatentNoiseMask"},
                          {"samples", "$latent"},
                          {"mask", writer.mask(c.at("noise_mask"))}});
    samples = "$masked";
  }
  Json sampler = {{"model", "$model"},
                  {"steps", c.at("steps")},
                  {"cfg", c.at("cfg")},
                  {"sampler_name", c.at("sampler")},
                  {"scheduler", c.at("scheduler")},
                  {"positive", writer.conditionings("positive", c.at("positive"))},
                  {"negative", writer.conditionings("negative", c.at("negative"))},
                  {"latent_image", samples}};
  const bool advanced = c.contains("start_at_step") || c.contains("end_at_step") ||
                        c.contains("disable_noise") || c.contains("force_full_denoise");
  if (advanced) {
    sampler["type"] = "KSamplerAdvanced";
    sampler["noise_seed"] = c.at("seed");
    sampler["add_noise"] = c.value("disable_noise", false) ? "disable" : "enable";
    sampler["return_with_leftover_noise"] = c.value("force_full_denoise", false) ? "disable" : "enable";
    if (c.contains("start_at_step")) sampler["start_at_step"] = c.at("start_at_step");
    if (c.contains("end_at_step")) sampler["end_at_step"] = c.at("end_at_step");
  } else {
    sampler["type"] = "KSampler";
    sampler["seed"] = c.at("seed");
    sampler["denoise"] = c.at("denoise");
  }
  writer.add("base", sampler);
  writer.add("save", {{"type", "SaveLatent"}, {"samples", "$base"}, {"filename_prefix", "case"}});
  return writer.text();
}

class ParityPipeline : public testing::TestWithParam<Json> {};

TEST_P(ParityPipeline, WritesTheReferenceLatent) {
  const Json& c = GetParam();
  const TemporaryFolder folder;
  const Outcome outcome = run_pipeline_text(pipeline_of(c, folder.path()), folder.path());
  ASSERT_EQ(outcome.files.size(), 1u);
  EXPECT_EQ(outcome.files[0].filename(), "case_00001_.latent");

  static const auto references = TensorFile::open(kParity + "cases.safetensors");
  const auto written = TensorFile::open(outcome.files[0]);
  ASSERT_EQ(written->tensor("latent_tensor").shape, references->tensor(c.at("id")).shape);
  const std::vector<float> expected = floats(*references, c.at("id"));
  const std::vector<float> got = floats(*written, "latent_tensor");
  double difference = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    difference = std::max(difference, std::abs(static_cast<double>(got[i]) - expected[i]));
  }
  EXPECT_LE(difference, c.at("tolerance").get<double>());  // the case's own
}

INSTANTIATE_TEST_SUITE_P(Public, ParityPipeline, testing::ValuesIn(parity_cases()),
                         [](const auto& instance) {
                           std::string name =
                               instance.param.at("sampler").template get<std::string>() + "_" +
                               instance.param.at("scheduler").template get<std::string>() + "_" +
                               instance.param.at("id").template get<std::string>();
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace ksampler
