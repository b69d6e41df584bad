// rgthree's "Power Lora Loader": a row of LoRAs, each with a switch and its strengths. A workflow's is
// read as a LoraLoader for each that is switched on, one after the other.
#ifndef KSAMPLER_GRAPH_COMFY_POWER_LORA_HPP
#define KSAMPLER_GRAPH_COMFY_POWER_LORA_HPP

#include "host/graph/comfy/workflow.hpp"

#include <string>

namespace ksampler {

bool is_power_lora(const std::string& type);

// The editor keeps the rows among the values, {"on": true, "lora": "a.safetensors", "strength": 1,
// "strengthTwo": null}; the API's form, which this makes of them, has them as "lora_1", "lora_2", ...
void add_power_lora_rows(const YamlPtr& widgets, YamlNode& node);

// As the node does: a strength for both model and text, or one for each; without a text encoder, the
// model's alone. Where nothing is switched on, or no model is linked, links go around it.
void take_power_loras_apart(WorkflowNodes& workflow);

}  // namespace ksampler

#endif
