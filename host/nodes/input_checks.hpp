// What is wrong with the inputs of a pipeline beyond their types and ranges, found before a run that
// would come to it only after its sampling. Loads nothing for it.
#ifndef KSAMPLER_NODES_INPUT_CHECKS_HPP
#define KSAMPLER_NODES_INPUT_CHECKS_HPP

#include "host/graph/pipeline.hpp"
#include "host/plugin/registry.hpp"

#include <vector>

namespace ksampler {

// Throws Error with all that is wrong with prompts, with the names of outputs, with plugins that need
// what their node is not given, and with the model files (model_file.hpp) of those nodes that are run.
void check_inputs(const Pipeline& pipeline, const Registry& registry);

// All that can be known before a run: check_pipeline, with the nodes that there are and the plugins of
// the registry, and check_inputs. Throws Error.
Pipeline check_whole_pipeline(const ParsedPipeline& parsed, const Registry& registry,
                              const std::vector<Setting>& settings = {});

}  // namespace ksampler

#endif
