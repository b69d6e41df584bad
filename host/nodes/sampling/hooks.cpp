#include "host/nodes/sampling/hooks.hpp"

#include "host/base/sentence.hpp"

#include <ATen/Functions.h>
#include <ATen/TensorOperators.h>

#include <algorithm>
#include <utility>

namespace ksampler {
namespace {

constexpr std::int64_t kMostPreviewed = 4;  // items of a batch

// [B,C,H,W] as a picture, the items side by side.
PreviewPicture preview_of(const at::Tensor& denoised, const LatentColours& colours) {
  const std::int64_t items = std::min(kMostPreviewed, denoised.size(0));
  const at::Tensor rgb = coloured(denoised.narrow(0, 0, items), colours);  // [B,3,H,W]
  const at::Tensor bytes = (rgb.permute({2, 0, 3, 1}) * 255.0).to(at::kByte).to(at::kCPU).contiguous();
  PreviewPicture picture;
  picture.height = static_cast<std::uint32_t>(bytes.size(0));
  picture.width = static_cast<std::uint32_t>(items * bytes.size(2));
  const auto* first = bytes.const_data_ptr<std::uint8_t>();
  picture.rgb.assign(first, first + bytes.numel());
  return picture;
}

}  // namespace

std::function<void(const StepReport&)> report_steps(const NodeContext& context, const Node& node,
                                                    std::shared_ptr<const Denoiser> model) {
  return [&context, &node, model = std::move(model)](const StepReport& report) {
    const std::uint32_t done = report.index + 1;
    context.reporter.step_done(node, done, report.steps);
    if (!report.denoised.defined()) return;
    const std::uint32_t every = context.options.preview_every;
    if (every == 0 || (done % every != 0 && done != report.steps)) return;
    context.reporter.preview(node, done, report.steps,
                             preview_of(report.denoised, model->latents().colours));
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
