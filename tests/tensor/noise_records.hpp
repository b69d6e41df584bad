// The noise of the reference: tests/data/parity/noise.jsonl and .safetensors.
#ifndef KSAMPLER_TESTS_TENSOR_NOISE_RECORDS_HPP
#define KSAMPLER_TESTS_TENSOR_NOISE_RECORDS_HPP

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ksampler {

struct NoiseRecord {
  std::string id;
  std::vector<std::int64_t> shape;
  std::uint64_t seed = 0;
  std::optional<std::vector<std::int64_t>> noise_inds;             // of prepare_noise
  double sigma_min = 0, sigma_max = 0, sigma = 0, sigma_next = 0;  // of brownian_tree
  at::Tensor noise;
};

// Those of one kind: "prepare_noise" or "brownian_tree".
std::vector<NoiseRecord> noise_records(const std::string& kind);

// How many elements differ in any bit.
std::int64_t different_bits(const at::Tensor& a, const at::Tensor& b);

}  // namespace ksampler

#endif
