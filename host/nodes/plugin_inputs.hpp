// What a registry knows of samplers and schedulers, as the checker of pipelines asks for it.
#ifndef KSAMPLER_NODES_PLUGIN_INPUTS_HPP
#define KSAMPLER_NODES_PLUGIN_INPUTS_HPP

#include "host/graph/pipeline.hpp"
#include "host/plugin/registry.hpp"

#include <vector>

namespace ksampler {

// `registry` must outlive the result. Loads no library.
PluginInputs plugin_inputs(const Registry& registry);

// Parameters of a sampler or scheduler, declared as a node declares its inputs.
std::vector<InputDecl> param_inputs(const std::vector<ParamDescription>& params);

}  // namespace ksampler

#endif
