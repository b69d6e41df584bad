// The nodes that take sigmas as they are written, and change them.
#include "host/base/error.hpp"
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cos.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/sin.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numbers>

namespace ksampler {
namespace {

// How far between two levels those lie that are put there, of how far they lie at equal distances.
using Spacing = at::Tensor (*)(const at::Tensor& x);

const std::map<std::string, Spacing>& spacings() {
  static const std::map<std::string, Spacing> table = {
      {"linear", [](const at::Tensor& x) { return x; }},
      {"cosine", [](const at::Tensor& x) { return at::sin(x * std::numbers::pi / 2.0); }},
      {"sine", [](const at::Tensor& x) { return 1.0 - at::cos(x * std::numbers::pi / 2.0); }},
  };
  return table;
}

}  // namespace

std::vector<Value> run_manual_sigmas(const NodeContext&, const Inputs& in) {
  SigmasValue sigmas;
  for (const double sigma : in.numbers("sigmas")) sigmas.push_back(static_cast<float>(sigma));
  return {sigmas};
}

std::vector<Value> run_split_sigmas(const NodeContext&, const Inputs& in) {
  const auto& sigmas = in.link<SigmasValue>("sigmas");
  const auto step = std::min(static_cast<std::size_t>(in.integer("step")), sigmas.size());
  const auto begin = sigmas.begin();
  const auto middle = static_cast<std::ptrdiff_t>(step);
  const auto high_end = static_cast<std::ptrdiff_t>(std::min(step + 1, sigmas.size()));
  return {SigmasValue(begin, begin + high_end), SigmasValue(begin + middle, sigmas.end())};
}

std::vector<Value> run_split_sigmas_denoise(const NodeContext&, const Inputs& in) {
  const auto& sigmas = in.link<SigmasValue>("sigmas");
  const std::size_t steps = sigmas.empty() ? 0 : sigmas.size() - 1;
  // Python's round(): halves to even, as std::nearbyint in its usual mode.
  const auto low =
      static_cast<std::size_t>(std::nearbyint(static_cast<double>(steps) * in.number("denoise")));
  const auto middle = static_cast<std::ptrdiff_t>(steps - std::min(low, steps));
  if (sigmas.empty()) return {SigmasValue{}, SigmasValue{}};
  return {SigmasValue(sigmas.begin(), sigmas.begin() + middle + 1),
          SigmasValue(sigmas.begin() + middle, sigmas.end())};
}

std::vector<Value> run_flip_sigmas(const NodeContext&, const Inputs& in) {
  SigmasValue sigmas = in.link<SigmasValue>("sigmas");
  std::reverse(sigmas.begin(), sigmas.end());
  // A run cannot start at 0, where nothing is left to divide by.
  if (!sigmas.empty() && sigmas.front() == 0.0) sigmas.front() = static_cast<float>(0.0001);
  return {sigmas};
}

std::vector<Value> run_set_first_sigma(const NodeContext&, const Inputs& in) {
  SigmasValue sigmas = in.link<SigmasValue>("sigmas");
  if (sigmas.empty()) throw Error("'sigmas' has no noise level to set; expected at least one");
  sigmas.front() = static_cast<float>(in.number("sigma"));
  return {sigmas};
}

// Each step that begins between `end_at_sigma` and `start_at_sigma` becomes `steps` of them. In
// float32, as its levels are.
std::vector<Value> run_extend_intermediate_sigmas(const NodeContext&, const Inputs& in) {
  const auto& sigmas = in.link<SigmasValue>("sigmas");
  const std::int64_t steps = in.integer("steps");
  const double start = in.number("start_at_sigma");
  const auto largest = start < 0.0 ? std::numeric_limits<float>::infinity() : static_cast<float>(start);
  const auto least = static_cast<float>(in.number("end_at_sigma"));
  const at::Tensor between = spacings().at(in.text("spacing"))(
      at::linspace(0.0, 1.0, steps + 1, at::kFloat).narrow(0, 1, steps - 1));
  SigmasValue extended;
  for (std::size_t i = 0; i < sigmas.size(); ++i) {
    extended.push_back(sigmas[i]);
    const bool wanted = i + 1 < sigmas.size() && least <= sigmas[i] && sigmas[i] <= largest;
    for (std::int64_t k = 0; wanted && k < between.size(0); ++k) {
      const auto from = static_cast<float>(sigmas[i]), to = static_cast<float>(sigmas[i + 1]);
      extended.push_back(between[k].item<float>() * (to - from) + from);
    }
  }
  return {extended};
}

std::vector<Value> run_sampling_percent_to_sigma(const NodeContext&, const Inputs& in) {
  const ModelSampling& sampling = in.link<ModelValue>("model").sampling;
  const double percent = in.number("sampling_percent");
  if (in.boolean("return_actual_sigma") && percent == 0.0) return {sampling.sigma_max()};
  if (in.boolean("return_actual_sigma") && percent == 1.0) return {sampling.sigma_min()};
  return {sampling.percent_to_sigma(percent)};
}

}  // namespace ksampler
