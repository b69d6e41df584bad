// The nodes that a record tells of, with their values, for `ksampler show`.
#ifndef KSAMPLER_CLI_SHOWN_NODES_HPP
#define KSAMPLER_CLI_SHOWN_NODES_HPP

#include "host/graph/pipeline.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace ksampler {

// {"base": {"type": "KSampler", "inputs": {"seed": 9, "model": "$checkpoint.model", ...}}, ...} of a
// pipeline with its settings, defaults filled in where the type of node is known. Checks nothing: the
// record may be of another version, and its files elsewhere. Empty where it is no YAML.
nlohmann::ordered_json nodes_of_pipeline(const PipelineSource& source,
                                         const std::vector<Setting>& settings);

// The same of a workflow of ComfyUI's in its API's form. Empty where it is none.
nlohmann::ordered_json nodes_of_workflow(const std::string& text);

}  // namespace ksampler

#endif
