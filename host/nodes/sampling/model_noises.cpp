// Noise: the noise of a model's runs, shaped by a source of a plugin.
#include "host/nodes/sampling/functions.hpp"
#include "host/nodes/values.hpp"

#include <string>

namespace ksampler {

std::vector<Value> run_noise(const NodeContext&, const Inputs& in) {
  ModelValue model = in.link<ModelValue>("model");
  const PluginChoice& choice = in.plugin("noise");
  const std::string& use = in.text("use");
  model.noises.push_back({choice.name, choice.params, use != "steps", use != "start"});
  return {model};
}

}  // namespace ksampler
