// The nodes that make sigmas and take them apart.
#include "host/sampling/sigmas.hpp"

#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace ksampler {

std::vector<Value> run_ksampler_select(const NodeContext&, const Inputs& in) {
  return {chosen(in.plugin("sampler_name"))};
}

std::vector<Value> run_basic_scheduler(const NodeContext& context, const Inputs& in) {
  const Chosen choice = chosen(in.plugin("scheduler"));
  const auto scheduler = context.registry.make_scheduler(choice.name, choice.params);
  const auto steps = static_cast<std::uint32_t>(in.integer("steps"));
  SigmasValue sigmas = schedule_sigmas(scheduler, in.link<ModelValue>("model").sampling, steps,
                                       in.number("denoise"), /*drops_penultimate=*/false);
  const std::string notice = steps_notice(choice.name, sigmas, steps);
  const bool cut = sigmas.size() > steps + 1ul;
  if (!notice.empty()) {
    context.reporter.warning(in.node(), cut ? notice + ": the last of them are taken" : notice);
  }
  // As ComfyUI, whatever `denoise` is; its KSampler keeps them all.
  return {last_steps(std::move(sigmas), steps)};
}

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

}  // namespace ksampler
