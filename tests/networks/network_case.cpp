#include "tests/networks/network_case.hpp"

#include "host/model/tensors.hpp"

#include <ATen/TensorOperators.h>

namespace ksampler::test {

Weights network_weights(const std::string& name, at::ScalarType type) {
  return {SafetensorsFile::open(network_file(name)), at::kCPU, type};
}

at::Tensor case_tensor(const std::string& name, const std::string& tensor) {
  return map_tensor(SafetensorsFile::open(network_file(name + ".case")), tensor);
}

bool has_case_tensor(const std::string& name, const std::string& tensor) {
  return SafetensorsFile::open(network_file(name + ".case"))->tensors().contains(tensor);
}

double relative_difference(const at::Tensor& a, const at::Tensor& b) {
  return ((a - b).abs().max() / b.abs().max()).item<double>();
}

}  // namespace ksampler::test
