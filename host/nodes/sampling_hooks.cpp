#include "host/nodes/sampling_hooks.hpp"

#include <ATen/Functions.h>

namespace ksampler {

std::function<void(const StepReport&)> report_steps(const NodeContext& context, const Node& node) {
  return [&context, &node](const StepReport& report) {
    context.reporter.step_done(node, report.index + 1, report.steps);
  };
}

void warn_about_fit(const NodeContext& context, const Node& node, const std::string& sampler,
                    const Denoiser& model) {
  const SamplerDescription& description = *context.registry.sampler(sampler).sampler;
  const bool flow = model.sampling().is_flow();
  if (flow ? description.fits_flow : description.fits_additive) return;
  context.reporter.warning(node, "sampler '" + sampler + "' is not made for " +
                                     (flow ? "flow models" : "models with additive noise") +
                                     "; expect a poor picture");
}

void warn_about_values(const NodeContext& context, const Node& node, const at::Tensor& samples) {
  if (at::isfinite(samples).all().item<bool>()) return;
  context.reporter.warning(node, "the latent has values that are not finite (NaN or infinity)");
}

}  // namespace ksampler
