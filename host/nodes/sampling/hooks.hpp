// What every sampling node reports: its steps, and what a user should be warned of.
#ifndef KSAMPLER_NODES_SAMPLING_HOOKS_HPP
#define KSAMPLER_NODES_SAMPLING_HOOKS_HPP

#include "host/model/denoise/denoiser.hpp"
#include "host/runtime/node_context.hpp"
#include "host/sampling/sample.hpp"
#include "host/session/abi_run.hpp"

#include <functional>
#include <memory>
#include <string>

namespace ksampler {

// Passes steps on to the program, and previews where it asked for them: only for these is the device
// waited for.
std::function<void(const StepReport&)> report_steps(const NodeContext& context, const Node& node,
                                                    std::shared_ptr<const Denoiser> model);

// Warns where a sampler was not made for the model's way of mixing in noise.
void warn_about_fit(const NodeContext& context, const Node& node, const std::string& sampler,
                    const Denoiser& model);

// Warns where samples are not finite.
void warn_about_values(const NodeContext& context, const Node& node, const at::Tensor& samples);

}  // namespace ksampler

#endif
