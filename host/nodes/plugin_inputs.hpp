// What a registry knows of samplers, schedulers, guiders and noises, as the checker of pipelines asks
// for it.
#ifndef KSAMPLER_NODES_PLUGIN_INPUTS_HPP
#define KSAMPLER_NODES_PLUGIN_INPUTS_HPP

#include "host/graph/pipeline.hpp"
#include "host/plugin/registry.hpp"

#include <vector>

namespace ksampler {

// `registry` must outlive the result. Loads no library.
PluginInputs plugin_inputs(const Registry& registry);

// The plugins that provide what an input of such a kind names, and of a sampler what runs inside of it
// by its own choice. Throws Error, as the registry does.
std::vector<const Manifest*> plugins_of(const Registry& registry, InputKind kind,
                                        const std::string& name);

// Parameters of a sampler, scheduler, guider or noise, declared as a node declares its inputs.
std::vector<InputDecl> param_inputs(const std::vector<ParamDescription>& params);

}  // namespace ksampler

#endif
