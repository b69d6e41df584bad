#include "tests/model/diffusers_folder.hpp"

#include "tests/model/network_case.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>

#include <nlohmann/json.hpp>

#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

namespace ksampler::test {
namespace {

std::vector<std::int64_t> numbers_between(const std::string& text, char mark) {
  std::vector<std::int64_t> numbers;
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, mark);) numbers.push_back(std::stoll(part));
  return numbers;
}

// "0:64,128:192", of its rows; and the shape, "8x4", or "-" for what those give.
at::Tensor cut(const at::Tensor& whole, const std::string& ranges, const std::string& shape) {
  std::vector<at::Tensor> rows;
  std::istringstream parts(ranges);
  for (std::string part; std::getline(parts, part, ',');) {
    const std::vector<std::int64_t> ends = numbers_between(part, ':');
    rows.push_back(whole.narrow(0, ends.at(0), ends.at(1) - ends.at(0)));
  }
  const at::Tensor joined = at::cat(rows);
  return shape == "-" ? joined : joined.reshape(numbers_between(shape, 'x'));
}

}  // namespace

ModelFile in_diffusers_layout(const std::string& name) {
  ModelFile single = network(name);
  std::map<std::string, at::Tensor> whole;
  const std::string prefix = "model.diffusion_model.";
  for (const auto& [key, tensor] : single.tensors) {
    whole[key.starts_with(prefix) ? key.substr(prefix.size()) : key] = tensor;
  }
  ModelFile made;
  std::ifstream lines(TEST_DATA "/networks/diffusers_names.txt");
  for (std::string of, there, here, ranges, shape; lines >> of >> there >> here >> ranges >> shape;) {
    const std::string first = "first_stage_model." + here;
    if (of == name)
      made.tensors[there] = cut(whole.at(whole.contains(here) ? here : first), ranges, shape);
  }
  if (made.tensors.empty()) made.tensors = whole;
  return made;
}

void write_network_folder(const std::filesystem::path& folder, const std::string& stem,
                          const ModelFile& network, int shards) {
  std::filesystem::create_directories(folder);
  write_text(folder / "config.json", "{}");
  if (shards == 1) return network.write(folder / (stem + ".safetensors"));
  std::vector<ModelFile> parts(static_cast<std::size_t>(shards));
  nlohmann::json map = nlohmann::json::object();
  const auto part_name = [&](std::size_t i) {
    return stem + "-0000" + std::to_string(i + 1) + "-of-0000" + std::to_string(shards) +
           ".safetensors";
  };
  std::size_t next = 0;
  for (const auto& [name, tensor] : network.tensors) {
    const std::size_t part = next++ % parts.size();
    parts[part].tensors[name] = tensor;
    map[name] = part_name(part);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i].write(folder / part_name(i));
  write_text(folder / (stem + ".safetensors.index.json"), nlohmann::json{{"weight_map", map}}.dump());
}

}  // namespace ksampler::test
