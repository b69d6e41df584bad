#include "tests/tensor/noise_records.hpp"

#include "host/files/tensor_file.hpp"

#include <ATen/ops/empty.h>
#include <nlohmann/json.hpp>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace ksampler {

std::vector<NoiseRecord> noise_records(const std::string& kind) {
  const std::filesystem::path folder = std::filesystem::path(TEST_DATA) / "parity";
  const auto file = TensorFile::open(folder / "noise.safetensors");
  std::ifstream lines(folder / "noise.jsonl");
  std::vector<NoiseRecord> records;
  for (std::string line; std::getline(lines, line);) {
    const nlohmann::json json = nlohmann::json::parse(line);
    if (json.at("kind") != kind) continue;
    NoiseRecord record;
    record.id = json.at("id");
    record.shape = json.at("shape").get<std::vector<std::int64_t>>();
    record.seed = std::stoull(json.at("seed").get<std::string>());
    if (const auto inds = json.find("noise_inds"); inds != json.end() && !inds->is_null()) {
      record.noise_inds = inds->get<std::vector<std::int64_t>>();
    }
    if (kind == "brownian_tree") {
      record.sigma_min = json.at("sigma_min");
      record.sigma_max = json.at("sigma_max");
      record.sigma = json.at("sigma");
      record.sigma_next = json.at("sigma_next");
    }
    const TensorEntry& entry = file->tensor(record.id);
    record.noise = at::empty(entry.shape, at::kFloat);
    file->read(entry,
               {static_cast<std::byte*>(record.noise.mutable_data_ptr()), record.noise.nbytes()});
    records.push_back(std::move(record));
  }
  return records;
}

std::int64_t different_bits(const at::Tensor& a, const at::Tensor& b) {
  const auto* x = static_cast<const std::uint32_t*>(a.const_data_ptr());
  const auto* y = static_cast<const std::uint32_t*>(b.const_data_ptr());
  std::int64_t count = a.numel() == b.numel() ? 0 : -1;
  for (std::int64_t i = 0; count >= 0 && i < a.numel(); ++i) {
    if (x[i] != y[i]) ++count;
  }
  return count;
}

}  // namespace ksampler
