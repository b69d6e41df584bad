#include "host/nodes/sampling/hooks.hpp"

#include "host/base/sentence.hpp"
#include "host/nodes/sampling/previewer.hpp"

#include <ATen/Functions.h>

#include <utility>

namespace ksampler {
std::function<void(const StepReport&)> report_steps(const NodeContext& context, const Node& node,
                                                    std::shared_ptr<const Denoiser> model) {
  auto previewer = std::make_shared<Previewer>(context, node, std::move(model));
  return [&context, &node, previewer = std::move(previewer)](const StepReport& report) {
    const std::uint32_t done = report.index + 1;
    context.reporter.step_done(node, done, report.steps);
    if (!report.denoised.defined()) return;
    const std::uint32_t every = context.options.preview_every;
    if (every == 0 || (done % every != 0 && done != report.steps)) return;
    context.reporter.preview(node, done, report.steps, (*previewer)(report.denoised));
  };
}

void warn_about_fit(const NodeContext& context, const Node& node, const std::string& sampler,
                    const Denoiser& model) {
  const SamplerDescription& description = *context.registry.sampler(sampler).sampler;
  const bool flow = model.sampling().is_flow();
  if (flow ? description.fits_flow : description.fits_additive) return;
  context.reporter.warning(node,
                           sentence("sampler '{}' is not made for {}; expect a poor picture", sampler,
                                    flow ? "flow models" : "models with additive noise"));
}

void warn_about_values(const NodeContext& context, const Node& node, const at::Tensor& samples) {
  if (at::isfinite(samples).all().item<bool>()) return;
  context.reporter.warning(node, "the latent has values that are not finite (NaN or infinity)");
}

}  // namespace ksampler
