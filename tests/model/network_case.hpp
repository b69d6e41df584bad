// A network and what diffusers computes with it (tests/data/networks), and how far ours is from that.
#ifndef KSAMPLER_TESTS_MODEL_NETWORK_CASE_HPP
#define KSAMPLER_TESTS_MODEL_NETWORK_CASE_HPP

#include "host/model/load/model.hpp"
#include "host/model/network/weights.hpp"
#include "tests/model/model_file.hpp"

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <memory>
#include <string>

namespace ksampler::test {

// The network's tensors and metadata; its weights are made from their names, but for those that the
// case has as they are ("file:NAME").
ModelFile network(const std::string& name);
// The same as a file, which is there until the tests end.
std::filesystem::path network_file(const std::string& name);

// The network's weights, float32 unless another type is asked for.
Weights network_weights(const std::string& name, at::ScalarType type = at::kFloat);

// A denoiser of it, with a cache of its own.
std::shared_ptr<const Denoiser> denoiser_of(const Model& model);

// A tensor of the case, as float32.
at::Tensor case_tensor(const std::string& name, const std::string& tensor);
bool has_case_tensor(const std::string& name, const std::string& tensor);

// The sums of float32 are taken in another order than diffusers takes them: a few hundred roundings of
// 6e-8 each, through a dozen layers. A wrong eps, norm or head shows at 1e-2.
inline constexpr double kFloat32 = 1e-4;

// max |a - b| / max |b|
double relative_difference(const at::Tensor& a, const at::Tensor& b);

// What a network that rounds to `type` after each of `roundings` operations in a row may differ by from
// one in float32, of the largest value. Each adds an error of up to half the type's epsilon, these add
// up as the steps of a random walk, and the largest of some hundred values is at three deviations.
double rounding_error(at::ScalarType type, int roundings);

}  // namespace ksampler::test

#endif
