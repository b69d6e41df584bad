#include "tests/model/network_case.hpp"

#include "host/files/input_file.hpp"
#include "host/model/network/tensors.hpp"
#include "tests/support/temporary_folder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <sstream>
#include <string_view>

namespace ksampler::test {
namespace {

std::filesystem::path case_file(const std::string& name) {
  return std::filesystem::path(TEST_DATA) / "networks" / (name + ".safetensors");
}

std::uint32_t fnv1a(std::string_view text) {
  std::uint32_t value = 2166136261U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value;
}

// The formula of reference/weights.py.
at::Tensor made(const std::string& name, const std::vector<std::int64_t>& shape) {
  at::Tensor tensor = at::empty(shape);
  const std::uint32_t seed = fnv1a(name);
  double scale = 1.0;
  double offset = 0.0;
  if (shape.size() > 1) {
    const double fan_in = static_cast<double>(tensor.numel() / shape[0]);
    scale = std::exp2(-std::floor(std::log2(std::sqrt(fan_in))));
  } else {
    const bool near_1 =
        name.ends_with("weight") || name.ends_with("scale") || name.ends_with("running_var");
    offset = near_1 ? 1.0 : 0.0;
    scale = offset > 0 ? 0.25 : 0.125;
  }
  auto* values = tensor.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < tensor.numel(); ++i) {
    std::uint32_t mixed = static_cast<std::uint32_t>(i) * 2654435761U + seed;
    mixed ^= mixed >> 16;
    mixed *= 0x45D9F3BU;
    mixed ^= mixed >> 16;
    const double u = (2.0 * (mixed >> 22) - 1023.0) / 1024.0;
    values[i] = static_cast<float>(offset + scale * u);
  }
  return tensor;
}

// A file of tests/data, as a tensor of bytes.
at::Tensor bytes_of_file(const std::string& name) {
  const std::vector<std::byte> bytes = InputFile(std::filesystem::path(TEST_DATA) / name).bytes();
  at::Tensor tensor = at::empty({static_cast<std::int64_t>(bytes.size())}, at::kByte);
  std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
  return tensor;
}

std::vector<std::int64_t> parse_shape(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::int64_t>(stream), {}};
}

}  // namespace

ModelFile network(const std::string& name) {
  ModelFile model;
  const auto file = TensorFile::open(case_file(name));
  constexpr std::string_view kAsItIs = "file:";
  for (const auto& [key, entry] : file->tensors()) {
    if (key.starts_with(kAsItIs)) model.tensors[key.substr(kAsItIs.size())] = map_tensor(file, key);
  }
  for (const auto& [key, value] : file->metadata()) {
    if (key.starts_with("tensor:"))
      model.tensors[key.substr(7)] = made(key.substr(7), parse_shape(value));
    if (key.starts_with("bytes:")) model.tensors[key.substr(6)] = bytes_of_file(value);
    if (key.starts_with("metadata:")) model.metadata[key.substr(9)] = value;
  }
  return model;
}

std::filesystem::path network_file(const std::string& name) {
  static const TemporaryFolder folder;
  const std::filesystem::path file = folder / (name + ".safetensors");
  if (!std::filesystem::exists(file)) network(name).write(file);
  return file;
}

Weights network_weights(const std::string& name, at::ScalarType type) {
  return {TensorFile::open(network_file(name)), at::kCPU, type};
}

std::shared_ptr<const Denoiser> denoiser_of(const Model& model) {
  NetworkCache cache;
  return make_denoiser(model, cache);
}

at::Tensor case_tensor(const std::string& name, const std::string& tensor) {
  return map_tensor(TensorFile::open(case_file(name)), tensor);
}

bool has_case_tensor(const std::string& name, const std::string& tensor) {
  return TensorFile::open(case_file(name))->tensors().contains(tensor);
}

double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

double rounding_error(at::ScalarType type, int roundings) {
  const double half_epsilon = type == at::kHalf ? 0x1p-11 : 0x1p-8;
  return 3.0 * std::sqrt(roundings) * half_epsilon;
}

}  // namespace ksampler::test
